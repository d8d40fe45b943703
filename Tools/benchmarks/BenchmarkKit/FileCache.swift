import Foundation

/// The system's memory of a file.
enum FileCache {
  /// Has the system forget what it holds of a file, and says whether it did: a file in memory only
  /// cannot be forgotten, nor one that somebody has mapped.
  static func drop(_ path: String) throws -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    guard fdatasync(descriptor) == 0 else { throw failure(path) }
    guard posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0 else { return false }
    return try residentPages(of: descriptor, path) == 0
  }

  /// The same with all files in a directory and below. Those that somebody has mapped are kept.
  static func drop(filesIn directory: String) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
      let path = directory + "/" + name
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      else { continue }
      _ = try drop(path)
    }
  }

  /// How many pages of the file are in memory.
  private static func residentPages(of descriptor: Int32, _ path: String) throws -> Int {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    if size == 0 { return 0 }
    guard let map = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0),
      map != MAP_FAILED
    else { throw failure(path) }
    defer { munmap(map, size) }
    let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    var isResident = [UInt8](repeating: 0, count: (size + pageSize - 1) / pageSize)
    guard mincore(map, size, &isResident) == 0 else { throw failure(path) }
    return isResident.count { $0 & 1 == 1 }
  }

  private static func failure(_ path: String) -> BenchmarkError {
    BenchmarkError("\(path): \(String(cString: strerror(errno)))")
  }
}
