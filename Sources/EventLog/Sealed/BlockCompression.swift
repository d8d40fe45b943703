import CZstd
import Glibc

/// Compresses with zstd, one frame after the other, in a context that is used again.
final class BlockCompressor {
  /// Measured: twice the time of level 3 for 6 % less, while 19 takes thirty times that for 4 % more.
  static let level: Int32 = 9

  private let context: OpaquePointer
  private let dictionary: OpaquePointer

  /// - Parameter dictionary: as ``DictionaryTraining`` makes it; empty for none.
  init(dictionary bytes: [UInt8]) throws(LedgerError) {
    guard let context = ZSTD_createCCtx() else { throw .noMemoryToCompress }
    let dictionary = bytes.withUnsafeBytes {
      ZSTD_createCDict($0.baseAddress, $0.count, Self.level)
    }
    guard let dictionary else {
      ZSTD_freeCCtx(context)
      throw .noMemoryToCompress
    }
    // Sizes stand in the header of the block, and a segment has one dictionary. No parameter here
    // is out of its range, which is all that these calls refuse.
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
    ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
    ZSTD_CCtx_refCDict(context, dictionary)
    self.context = context
    self.dictionary = dictionary
  }

  deinit {
    ZSTD_freeCCtx(context)
    ZSTD_freeCDict(dictionary)
  }

  /// The most bytes that `count` bytes can become.
  static func bound(_ count: Int) -> Int { ZSTD_compressBound(count) }

  /// Writes a frame into `target`, which has ``bound(_:)`` bytes, and returns its size.
  func compress(
    _ bytes: ArraySlice<UInt8>, into target: UnsafeMutableRawBufferPointer
  ) throws(LedgerError) -> Int {
    let size = bytes.withUnsafeBytes {
      ZSTD_compress2(context, target.baseAddress, target.count, $0.baseAddress, $0.count)
    }
    // With room enough, memory is all that can be missing.
    guard ZSTD_isError(size) == 0 else { throw .noMemoryToCompress }
    return size
  }
}

/// A dictionary made ready to decompress with.
///
/// `Sendable` because libzstd only reads it.
final class DecompressionDictionary: @unchecked Sendable {
  fileprivate let handle: OpaquePointer

  init(_ bytes: UnsafeRawBufferPointer) throws(LedgerError) {
    guard let handle = ZSTD_createDDict(bytes.baseAddress, bytes.count) else {
      throw .noMemoryToCompress
    }
    self.handle = handle
  }

  deinit { ZSTD_freeDDict(handle) }
}

/// Decompresses frames in a context that is used again. One thread at a time.
final class BlockDecompressor {
  private let context: OpaquePointer

  init() throws(LedgerError) {
    guard let context = ZSTD_createDCtx() else { throw .noMemoryToCompress }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Fills `target` with what `frame` holds, which must be as much.
  func decompress(
    _ frame: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    dictionary: DecompressionDictionary?
  ) throws(BlockDamage) {
    let size =
      if let dictionary {
        ZSTD_decompress_usingDDict(
          context, target.baseAddress, target.count, frame.baseAddress, frame.count,
          dictionary.handle)
      } else {
        ZSTD_decompressDCtx(
          context, target.baseAddress, target.count, frame.baseAddress, frame.count)
      }
    guard size == target.count else { throw BlockDamage() }
  }
}

/// Makes the dictionary of a segment: what its bodies have in common.
enum DictionaryTraining {
  /// Measured: larger ones cost bytes and speed, as they leave the processor's nearest cache.
  private static let maxBytes = 16 << 10
  /// The bodies to be looked at, and how much of each.
  static let samples: UInt64 = 4096
  static let maxSampleBytes = 2048

  /// - Parameters:
  ///   - samples: bodies, one behind the other.
  ///   - sizes: of each of them.
  /// - Returns: the dictionary; empty if the samples are too few or have nothing in common.
  static func train(_ samples: [UInt8], sizes: [Int]) -> [UInt8] {
    guard !sizes.isEmpty else { return [] }
    return [UInt8](unsafeUninitializedCapacity: maxBytes) { dictionary, count in
      let size = ZDICT_trainFromBuffer(
        dictionary.baseAddress, maxBytes, samples, sizes, UInt32(sizes.count))
      count = ZDICT_isError(size) == 0 ? size : 0
    }
  }
}

extension LedgerError {
  fileprivate static let noMemoryToCompress = LedgerError.system(
    operation: "get memory for", path: "zstd", errno: ENOMEM)
}
