import Foundation

/// A directory for everything that the benchmarks write. It goes when its owner says so.
struct Workspace {
  let path: String

  /// - Parameter parent: on the disk that is to be measured.
  init(in parent: String) throws {
    var template = Array((parent + "/wattledger-benchmark-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw BenchmarkError(
        "cannot make a directory in \(parent): \(String(cString: strerror(errno)))")
    }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The path of something in it.
  func file(_ name: String) -> String { path + "/" + name }

  /// A directory in it that was empty a moment ago.
  func makeDirectory(_ name: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: file(name), withIntermediateDirectories: true)
    return file(name)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

  func removeAll() throws { try FileManager.default.removeItem(atPath: path) }
}

/// A benchmark that could not run, or whose two sides did not do the same work.
public struct BenchmarkError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
