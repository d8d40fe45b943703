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
  private let output: FileHandle
  private var server: Process?
  private var data: String { directory + "/data" }
  private var outputPath: String { directory + "/output.log" }

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
    return found.filter {
      FileManager.default.isExecutableFile(atPath: "\(versions)/\($0)/bin/initdb")
    }
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
    try Data().write(to: URL(filePath: directory + "/output.log"))
    output = try FileHandle(forWritingTo: URL(filePath: directory + "/output.log"))
    try handOver(workspace)
    try run(
      "initdb", "--pgdata", data, "--username", "wattledger", "--auth", "trust", "--encoding",
      "UTF8", "--locale", "C", "--no-sync")
    let file = try FileHandle(forWritingTo: URL(filePath: data + "/postgresql.conf"))
    try file.seekToEnd()
    try file.write(
      contentsOf: Data((Self.settings + "unix_socket_directories = '\(directory)'\n").utf8))
    try file.close()
    server = try start("postgres", "-D", data)
    try waitUntilReady()
  }

  private func waitUntilReady() throws {
    for _ in 0..<300 {
      let question = try start("pg_isready", "--host", directory)
      question.waitUntilExit()
      if question.terminationStatus == 0 { return }
      guard server?.isRunning == true else { break }
      usleep(100_000)
    }
    stop()
    throw failure("postgres")
  }

  /// Stops the server by its process id, and returns when it has ended.
  func stop() {
    guard let server, server.isRunning else { return }
    // "Fast": it ends what runs, and writes a checkpoint.
    kill(server.processIdentifier, SIGINT)
    server.waitUntilExit()
  }

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
    let process = try start(program, arguments)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw failure(program) }
  }

  private func start(_ program: String, _ arguments: String...) throws -> Process {
    try start(program, arguments)
  }

  /// Starts one of PostgreSQL's programs. What it says goes to a file in the directory. None of them
  /// may leave a child behind that goes on: that one would never be seen to end.
  private func start(_ program: String, _ arguments: [String]) throws -> Process {
    var words = ["\(programs)/\(program)"] + arguments
    if let user = Self.otherUser {
      // Takes the place of its own process, so that the process id is the server's.
      words =
        ["setpriv", "--reuid=\(user.id)", "--regid=\(user.group)", "--clear-groups", "--"] + words
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: directory)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    return process
  }

  private func failure(_ program: String) -> BenchmarkError {
    let said = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
    return BenchmarkError(
      "\(program) failed. If its user cannot reach \(directory), choose another --directory.\n"
        + said)
  }
}
