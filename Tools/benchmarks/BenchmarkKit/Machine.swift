import Foundation

/// Where figures were measured: without it they say nothing.
public struct Machine: Sendable, Hashable {
  public var processor: String
  public var processors: Int
  public var kernel: String
  /// Of the directory in which the benchmarks wrote.
  public var fileSystem: String
  /// The average number of running processes in the last minute, at the beginning: others' work.
  public var load: String
  /// When a commit is on the disk.
  public let synchronization = "LMDB default: synced at every commit"

  /// This machine.
  public init(directory: String) {
    processor =
      Self.text("/proc/cpuinfo").split(separator: "\n")
      .first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").last }
      .map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    processors = ProcessInfo.processInfo.activeProcessorCount
    kernel = Self.text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .newlines)
    fileSystem = Self.fileSystem(of: directory)
    load = Self.text("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "unknown"
  }

  /// The type of the mount with the longest path that holds `directory`.
  private static func fileSystem(of directory: String) -> String {
    let mounts = text("/proc/mounts").split(separator: "\n").map { $0.split(separator: " ") }
    let holding = mounts.filter { fields in
      guard fields.count > 2 else { return false }
      let mount = fields[1] == "/" ? "" : fields[1]
      return directory == mount || directory.hasPrefix(mount + "/")
    }
    return holding.max { $0[1].count < $1[1].count }.map { String($0[2]) } ?? "unknown"
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
