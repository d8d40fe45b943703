"""The two databases: where frames are kept, and where sessions go."""

import os
import pwd
import shutil
import sqlite3
import subprocess
import time

FRAMES = """create table frames (
  position bigint primary key, station text not null, received_at text not null,
  from_station boolean not null, frame text not null)"""
SESSIONS = """create table sessions (
  id bigint primary key, station text not null, connector int not null, token text,
  started_at text not null, seconds bigint not null, is_closed boolean not null,
  energy_wh text not null, cost text not null)"""
READINGS = """create table readings (
  session bigint not null, number int not null, at text not null, register_wh text not null,
  power_w text, primary key (session, number))"""
INDEXES = (
    "create index sessions_by_station on sessions (station, started_at)",
    "create index sessions_by_start on sessions (started_at)",
)


class SQLite:
    name = "SQLite " + sqlite3.sqlite_version

    def __init__(self, directory):
        self.connection = sqlite3.connect(directory + "/frames.sqlite")
        self.connection.execute("pragma journal_mode = wal")
        self.connection.execute("pragma synchronous = full")

    def insert(self, table, rows):
        marks = ", ".join("?" * len(rows[0]))
        self.connection.executemany(f"insert into {table} values ({marks})", rows)

    def frames(self):
        return self.connection.execute("select station, frame from frames order by position")

    def execute(self, statement):
        self.connection.execute(statement)

    def commit(self):
        self.connection.commit()

    def close(self):
        self.connection.close()


class PostgreSQL:
    """A server of one's own on a socket in the directory. Nobody's server is touched."""

    programs = "/usr/lib/postgresql/15/bin"
    settings = (
        "listen_addresses=", "shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=1h",
        "jit=off",
    )

    def __init__(self, directory):
        import psycopg2
        import psycopg2.extras

        self.psycopg2 = psycopg2
        self.directory = directory + "/postgresql"
        os.mkdir(self.directory)
        # It refuses to run as root.
        self.user = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self.directory, entry.pw_uid, entry.pw_gid)
            os.chmod(directory, 0o711)
            self.user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        made = subprocess.run(
            [self.programs + "/initdb", "-D", "data", "-U", "wattledger", "-A", "trust", "-E",
             "UTF8", "--locale", "C", "--no-sync"],
            cwd=self.directory, capture_output=True, **self.user)
        if made.returncode != 0:
            raise SystemExit(made.stderr.decode())
        settings = [f"-c{setting}" for setting in self.settings]
        self.server = subprocess.Popen(
            [self.programs + "/postgres", "-D", "data", "-k", self.directory, *settings],
            cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.user)
        try:
            self.connection = self.connect()
        except BaseException:
            self.stop()
            raise
        self.name = f"PostgreSQL {self.connection.server_version // 10000}"

    def connect(self):
        for _ in range(300):
            try:
                return self.psycopg2.connect(
                    host=self.directory, user="wattledger", dbname="postgres")
            except self.psycopg2.OperationalError:
                if self.server.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit("PostgreSQL does not start")

    def insert(self, table, rows):
        with self.connection.cursor() as cursor:
            self.psycopg2.extras.execute_values(
                cursor, f"insert into {table} values %s", rows, page_size=1000)

    def frames(self):
        # On the server's side: a million frames are not to be held in memory.
        cursor = self.connection.cursor("frames")
        cursor.itersize = 10_000
        cursor.execute("select station, frame from frames order by position")
        return cursor

    def execute(self, statement):
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def commit(self):
        self.connection.commit()

    def close(self):
        self.connection.close()
        self.stop()

    def stop(self):
        self.server.send_signal(2)  # SIGINT: end what runs, and stop
        self.server.wait()

    @classmethod
    def obstacle(cls):
        """Why there can be no server here; None if there can."""
        try:
            import psycopg2  # noqa: F401
        except ImportError:
            return "python3-psycopg2 is not installed"
        if shutil.which(cls.programs + "/postgres") is None:
            return f"there is no server in {cls.programs}"
        return None
