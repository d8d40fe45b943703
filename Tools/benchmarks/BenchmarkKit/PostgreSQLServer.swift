import CPeers
import Foundation

/// A PostgreSQL server of one's own, in a directory of its own, that nobody else can reach: it
/// listens on a Unix socket in there.
///
/// It is as durable as PostgreSQL is by default. The settings are those of a server that is meant for
/// writing: memory, and no checkpoint while it is measured.
final class PostgreSQLServer {
  /// `15`.
  let version: String
  /// For the client library.
  var connection: String { "host='\(directory)' user=wattledger dbname=postgres" }

  private let programs: String
  private let directory: String
  private var data: String { directory + "/data" }

  private static let settings = """
    listen_addresses = ''
    shared_buffers = 512MB
    wal_buffers = 16MB
    max_wal_size = 8GB
    checkpoint_timeout = 1h
    wal_level = minimal
    max_wal_senders = 0
    jit = off

    """

  /// Why there can be no server here; nil if there can.
  static var obstacle: String? {
    if installedVersion == nil { return "no server in \(versions)" }
    return wattledger_has_libpq() == 0 ? "no client library" : nil
  }

  /// Where Debian puts the programs.
  private static let versions = "/usr/lib/postgresql"
  private static var installedVersion: String? {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
    return found.filter { FileManager.default.isExecutableFile(atPath: "\(versions)/\($0)/bin/initdb") }
      .max { (Int($0) ?? 0) < (Int($1) ?? 0) }
  }

  /// Makes the files and starts the server in a new directory of the workspace.
  init(in workspace: Workspace) throws {
    guard let version = Self.installedVersion else {
      throw BenchmarkError("PostgreSQL is not installed")
    }
    self.version = version
    programs = "\(Self.versions)/\(version)/bin"
    directory = try workspace.makeDirectory("postgresql")
    try handOver(workspace)
    try run(
      "initdb", "--pgdata", data, "--username", "wattledger", "--auth", "trust", "--encoding",
      "UTF8", "--locale", "C", "--no-sync")
    let file = try FileHandle(forWritingTo: URL(filePath: data + "/postgresql.conf"))
    try file.seekToEnd()
    try file.write(
      contentsOf: Data((Self.settings + "unix_socket_directories = '\(directory)'\n").utf8))
    try file.close()
    try run("pg_ctl", "start", "--pgdata", data, "--log", directory + "/server.log", "--wait")
  }

  /// Stops the server by the process id in its directory.
  func stop() throws { try run("pg_ctl", "stop", "--pgdata", data, "--mode", "fast", "--wait") }

  /// PostgreSQL refuses to run as root. Its own user then needs the directory, and the way there.
  private func handOver(_ workspace: Workspace) throws {
    guard let user = Self.otherUser else { return }
    guard chmod(workspace.path, 0o711) == 0, chown(directory, user.id, user.group) == 0 else {
      throw BenchmarkError("\(directory): \(String(cString: strerror(errno)))")
    }
  }

  /// Who runs the server if this is root; nil if it is not.
  private static var otherUser: (id: uid_t, group: gid_t)? {
    guard geteuid() == 0 else { return nil }
    guard let entry = getpwnam("postgres") ?? getpwnam("nobody") else { return nil }
    return (entry.pointee.pw_uid, entry.pointee.pw_gid)
  }

  private func run(_ program: String, _ arguments: String...) throws {
    var words = ["\(programs)/\(program)"] + arguments
    if let user = Self.otherUser {
      words =
        ["setpriv", "--reuid=\(user.id)", "--regid=\(user.group)", "--clear-groups", "--"] + words
    }
    let output = directory + "/commands.log"
    try Data().write(to: URL(filePath: output))
    let file = try FileHandle(forWritingTo: URL(filePath: output))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: directory)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = file
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      throw BenchmarkError(
        "\(program) failed. If its user cannot reach \(directory), choose another --directory.\n"
          + said)
    }
  }
}
