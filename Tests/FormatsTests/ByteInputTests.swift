import TestSupport
import Testing

@testable import Formats

@Suite struct ByteInputTests {
  let directory: TemporaryDirectory
  /// Long enough to need several reads, and not the same all over.
  let plain: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    var random = SplitMix64(seed: 7)
    plain = (0..<700_000).map { _ in UInt8.random(in: 97...104, using: &random) }
  }

  @Test("plain, gzip and zstd files give the same bytes, whatever their names say")
  func compressions() throws {
    let files = [
      try directory.write("plain.gz", plain),
      try directory.write("gzip", try gzip(plain)),
      try directory.write("zstd.txt", try zstd(plain)),
    ]
    for file in files { #expect(try Fixtures.allBytes(ofFile: file) == plain) }
  }

  @Test("gzip members and zstd frames in a row are read as one; zero bytes may follow gzip")
  func concatenated() throws {
    let twoMembers = try gzip(plain) + gzip(Array("end".utf8)) + [0, 0, 0]
    let twoFrames = try zstd(plain) + zstd(Array("end".utf8))
    let expected = plain + Array("end".utf8)
    #expect(try Fixtures.allBytes(ofFile: directory.write("a.gz", twoMembers)) == expected)
    #expect(try Fixtures.allBytes(ofFile: directory.write("a.zst", twoFrames)) == expected)
  }

  @Test("a file cut off anywhere gives a start of the bytes and then says where it ends")
  func truncated() throws {
    for (compression, whole) in [
      (Compression.gzip, try gzip(plain)), (.zstd, try zstd(plain)),
    ] {
      let name = compression == .gzip ? "cut.gz" : "cut.zst"
      for length in [1, 3, 10, whole.count / 2, whole.count - 1] {
        let path = try directory.write(name, whole[..<length])
        let (bytes, error) = try readUntilError(path)
        #expect(plain.starts(with: bytes), "\(compression) cut at \(length)")
        #expect(
          error
            == .truncated(name: path, compression: compression, offset: UInt64(length)),
          "\(compression) cut at \(length)")
        if length > whole.count / 3 { #expect(bytes.count > 100_000) }
      }
    }
  }

  @Test("a changed byte in the middle is an error that names the place")
  func damaged() throws {
    var whole = try gzip(plain)
    whole[whole.count / 2] ^= 0xFF
    let (bytes, error) = try readUntilError(try directory.write("bad.gz", whole))
    #expect(bytes.count > 100_000)
    guard case .damaged(_, .gzip, let offset, _) = error else {
      Issue.record("expected damage, got \(String(describing: error))")
      return
    }
    #expect(offset >= UInt64(whole.count / 2))
  }

  @Test("bytes behind the compressed data that are no gzip are an error, not dropped")
  func trailingBytes() throws {
    let path = try directory.write("tail.gz", try gzip(plain) + [0, 0] + Array("tail".utf8))
    let (bytes, error) = try readUntilError(path)
    #expect(bytes == plain)
    #expect(error?.description.contains("other bytes follow") == true)
  }

  @Test("an error stays an error when one reads again")
  func errorRepeats() throws {
    let input = try ByteInput(path: try directory.write("x.gz", try gzip(plain)[..<20]))
    var chunk = [UInt8](repeating: 0, count: 64)
    #expect(throws: InputError.self) {
      while try chunk.withUnsafeMutableBytes({ try input.read(into: $0) }) > 0 {}
    }
    #expect(throws: InputError.self) {
      try chunk.withUnsafeMutableBytes { try input.read(into: $0) }
    }
  }

  @Test("a missing file and a directory cannot be opened, and the message says why")
  func cannotOpen() throws {
    let missing = directory.file("missing")
    #expect(throws: InputError.cannotOpen(name: missing, errno: 2)) {
      try ByteInput(path: missing)
    }
    #expect(throws: InputError.cannotOpen(name: directory.path, errno: 21)) {
      try ByteInput(path: directory.path)
    }
    let text = InputError.cannotOpen(name: "x", errno: 2).description
    #expect(text == "x: cannot open: No such file or directory")
  }

  @Test("an empty file is empty, and progress reaches the size of the file")
  func progress() throws {
    #expect(try Fixtures.allBytes(ofFile: directory.write("empty", "")) == [])
    let whole = try gzip(plain)
    let input = try ByteInput(path: try directory.write("p.gz", whole))
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while try chunk.withUnsafeMutableBytes({ try input.read(into: $0) }) > 0 {}
    #expect(input.storedByteCount == UInt64(whole.count))
    #expect(input.storedBytesRead == UInt64(whole.count))
  }

  private func readUntilError(_ path: String) throws -> ([UInt8], InputError?) {
    let input = try ByteInput(path: path)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    do {
      while true {
        let count = try chunk.withUnsafeMutableBytes { try input.read(into: $0) }
        if count == 0 { return (bytes, nil) }
        bytes += chunk[..<count]
      }
    } catch let error as InputError {
      return (bytes, error)
    }
  }
}
