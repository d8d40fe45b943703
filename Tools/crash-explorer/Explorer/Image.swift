import Bytes
import Glibc

/// Makes what a power cut has left: in memory only, to know it again, or in a directory.
struct Image {
  private var cut: PowerCut
  private let hasModels: Bool
  private let content = ByteBuffer()
  /// Equal for images that are equal but for the content of mapped files.
  private(set) var fingerprint: UInt64 = 0

  /// - Parameter hasModels: read models are left out where nothing is asked of them.
  init(_ cut: PowerCut, hasModels: Bool) {
    self.cut = cut
    self.hasModels = hasModels
  }

  /// Without a path nothing is written.
  mutating func make(_ directory: Directory, at path: String?) throws {
    if let path, mkdir(path, 0o700) != 0 {
      throw Problem("cannot make \(path): \(systemError())")
    }
    // In order of names: the seed must always draw the same image.
    for (name, node) in cut.names(of: directory).sorted(by: { $0.key < $1.key }) {
      let child = path.map { $0 + "/" + name }
      mix(name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
      switch node {
      case .directory(let directory):
        if hasModels || name != Disk.models { try make(directory, at: child) }
      case .file(let file):
        cut.content(of: file, into: content)
        mix(UInt64(content.count))
        // Any garbage in a mapped file would make an image different from all others.
        if !file.isMapped { mixPages() }
        if let child { try write(to: child) }
      }
    }
    mix(1)
  }

  private func write(to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw Problem("cannot create \(path): \(systemError())") }
    defer { close(descriptor) }
    let bytes = content.contents
    guard Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count else {
      throw Problem("cannot write \(path): \(systemError())")
    }
  }

  /// A checksum of 32 bits for each page, so that a million images do not look alike.
  private mutating func mixPages() {
    let bytes = content.contents
    for start in stride(from: 0, to: bytes.count, by: 4096) {
      let page = bytes[start..<min(start + 4096, bytes.count)]
      mix(UInt64(CRC32C.checksum(UnsafeRawBufferPointer(rebasing: page))))
    }
  }

  private mutating func mix(_ value: UInt64) {
    var generator = SeededGenerator(seed: fingerprint ^ value)
    fingerprint = generator.next()
  }
}
