import Glibc

/// Where things are in the file of LMDB 0.9, on machines of 64 bits with the low byte first.
///
/// Written down from the file format, so that a file can be read without liblmdb, which trusts what
/// it reads.
///
/// | page | from byte 16 on |
/// |---|---|
/// | meta (0 and 1) | magic, version, map address, map size, records of the free list and of the main database, last page, transaction |
/// | branch, leaf | offsets of the nodes in order of their keys; free space; the nodes |
/// | overflow | the bytes of one value, over as many pages as it needs |
enum PageLayout {
  /// A page's own number (u64), padding (u16), flags (u16), then either where the free space begins
  /// and ends (two u16) or the number of pages of an overflow chain (u32).
  static let headerBytes = 16
  static let flagsOffset = 10
  static let lowerOffset = 12
  static let upperOffset = 14
  static let chainOffset = 12

  static let branchFlag: UInt16 = 0x01
  static let leafFlag: UInt16 = 0x02
  static let overflowFlag: UInt16 = 0x04
  static let metaFlag: UInt16 = 0x08

  /// The low and the high half of a size (u16 each), flags (u16), the size of the key (u16), the key,
  /// the value. In a branch, size and flags together are the number of the child's page.
  static let nodeHeaderBytes = 8
  /// The value is the number of the first page of an overflow chain.
  static let bigValueFlag: UInt16 = 0x01
  /// The value is the record of a named database.
  static let databaseFlag: UInt16 = 0x02

  /// The longest key that liblmdb takes.
  static let maxKeyBytes = 511
  /// No tree of liblmdb is higher.
  static let maxDepth = 32

  static let magic: UInt32 = 0xBEEF_C0DE
  static let version: UInt32 = 1
  static let metaBytes = 136
  static let pageSizes = 512...65536

  /// The pages of a chain that holds `bytes`.
  static func chainPages(for bytes: Int, pageBytes: Int) -> UInt64 {
    UInt64((headerBytes - 1 + bytes) / pageBytes + 1)
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number at `offset`, which must lie inside.
  @inline(__always)
  func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The order of keys: byte by byte, a prefix first.
  @inline(__always)
  func isBefore(_ other: UnsafeRawBufferPointer) -> Bool { lexicographicOrder(other) < 0 }

  @inline(__always)
  private func lexicographicOrder(_ other: UnsafeRawBufferPointer) -> Int {
    if let mine = baseAddress, let others = other.baseAddress {
      let order = memcmp(mine, others, Swift.min(count, other.count))
      if order != 0 { return Int(order) }
    }
    return count - other.count
  }
}

/// The shape of a database as the file records it: 48 bytes.
struct DatabaseRecord: Equatable {
  static let byteCount = 48
  /// The root of an empty database.
  static let noRoot = UInt64.max

  var padding: UInt32
  var flags: UInt16
  var depth: UInt16
  var branchPages: UInt64
  var leafPages: UInt64
  var overflowPages: UInt64
  var entries: UInt64
  var root: UInt64

  /// `bytes` are at least ``byteCount``.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
    padding = bytes.number(UInt32.self, at: offset)
    flags = bytes.number(UInt16.self, at: offset + 4)
    depth = bytes.number(UInt16.self, at: offset + 6)
    branchPages = bytes.number(UInt64.self, at: offset + 8)
    leafPages = bytes.number(UInt64.self, at: offset + 16)
    overflowPages = bytes.number(UInt64.self, at: offset + 24)
    entries = bytes.number(UInt64.self, at: offset + 32)
    root = bytes.number(UInt64.self, at: offset + 40)
  }
}

/// One of the two pages that a file begins with: the newer one says where everything is.
struct MetaPage: Equatable {
  var pageNumber: UInt64
  var pageFlags: UInt16
  var magic: UInt32
  var version: UInt32
  var mapAddress: UInt64
  var mapBytes: UInt64
  var freeList: DatabaseRecord
  var main: DatabaseRecord
  var lastPage: UInt64
  var transaction: UInt64

  /// The size of all pages; its place is the padding of the free list's record.
  var pageBytes: UInt32 { freeList.padding }

  /// `page` is at least header and ``PageLayout/metaBytes``.
  init(_ page: UnsafeRawBufferPointer) {
    let body = PageLayout.headerBytes
    pageNumber = page.number(UInt64.self, at: 0)
    pageFlags = page.number(UInt16.self, at: PageLayout.flagsOffset)
    magic = page.number(UInt32.self, at: body)
    version = page.number(UInt32.self, at: body + 4)
    mapAddress = page.number(UInt64.self, at: body + 8)
    mapBytes = page.number(UInt64.self, at: body + 16)
    freeList = DatabaseRecord(page, at: body + 24)
    main = DatabaseRecord(page, at: body + 72)
    lastPage = page.number(UInt64.self, at: body + 120)
    transaction = page.number(UInt64.self, at: body + 128)
  }
}
