import Glibc
import Quantities

/// The clock of the computer.
public enum SystemClock {
  /// The time now, in whole milliseconds.
  public static func now() -> Instant {
    var time = timespec()
    // Fails only for a clock that does not exist.
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(
      millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Milliseconds of a clock that is never set, for time-outs. Cheap, within a few milliseconds.
  static func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

extension SystemClock {
  /// Nanoseconds of a clock that is never set.
  static func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Lets others work for so long, at most a tenth of a second.
  static func pause(nanoseconds: Int64) {
    var time = timespec(tv_sec: 0, tv_nsec: Int(min(max(nanoseconds, 0), 100_000_000)))
    nanosleep(&time, nil)
  }
}

/// Files and directories, with the syncs that make them last.
enum FileSystem {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func makeDirectory(_ path: String) throws(LedgerError) {
    guard mkdir(path, 0o700) == 0 else {
      throw .system(operation: "create the directory", path: path, errno: errno)
    }
  }

  /// Removes a file, if there is one.
  static func remove(_ path: String) { unlink(path) }

  /// Removes the directory of an LMDB environment, and nothing else that may be in it.
  static func removeEnvironment(_ directory: String) {
    for file in ["data.mdb", "lock.mdb"] { unlink(directory + "/" + file) }
    rmdir(directory)
  }

  static func contents(of path: String) throws(LedgerError) -> [UInt8] {
    let descriptor = try open(path, O_RDONLY, "open")
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw .system(operation: "read", path: path, errno: errno) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// Writes a new file and brings it to the disk.
  static func write(_ text: String, to path: String) throws(LedgerError) {
    let descriptor = try open(path, O_WRONLY | O_CREAT | O_EXCL, "create")
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw .system(operation: "write", path: path, errno: errno)
    }
  }

  /// Puts a file in the place of another, so that a crash leaves one of them whole.
  static func replace(_ path: String, with text: String) throws(LedgerError) {
    let temporary = path + ".new"
    unlink(temporary)
    try write(text, to: temporary)
    guard rename(temporary, path) == 0 else {
      throw .system(operation: "replace", path: path, errno: errno)
    }
    try sync(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
  }

  /// Brings a file, or the names in a directory, to the disk.
  static func sync(_ path: String) throws(LedgerError) {
    let descriptor = try open(path, O_RDONLY, "open")
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .system(operation: "sync", path: path, errno: errno)
    }
  }

  static func open(_ path: String, _ flags: Int32, _ operation: String) throws(LedgerError)
    -> Int32
  {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(operation: operation, path: path, errno: errno) }
    return descriptor
  }

  /// The names in a directory that begin with `prefix`; none if it cannot be read.
  static func names(in directory: String, prefix: String) -> [String] {
    ((try? names(in: directory)) ?? []).filter { $0.hasPrefix(prefix) }
  }

  /// The names in a directory; none if there is no such directory.
  static func names(in directory: String) throws(LedgerError) -> [String] {
    func failure() -> LedgerError {
      .system(operation: "read the directory", path: directory, errno: errno)
    }
    guard let stream = opendir(directory) else {
      if errno == ENOENT { return [] }
      throw failure()
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
      errno = 0
    }
    guard errno == 0 else { throw failure() }
    return names
  }
}
