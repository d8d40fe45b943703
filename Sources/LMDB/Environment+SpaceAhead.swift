import CLMDB
import Glibc
import Synchronization

extension Environment {
  /// Asks the file system for disk space behind the last page, before a commit, if the options say
  /// so and what was asked for before is nearly used up.
  ///
  /// A commit that finds its blocks there does not wait until the file system has looked for some.
  /// As much is asked for as the file is long, so that a small one stays small, up to the bound.
  ///
  /// Nothing of the file changes: space that is reserved (FALLOC_FL_KEEP_SIZE) neither alters a byte
  /// nor the length, wherever it lies. So it can overwrite nothing, whatever other processes do, and a
  /// power cut can leave nothing that it could not leave without. A file system that cannot, or has
  /// no room, is left alone: whether the commit succeeds is for the commit to find out.
  func reserveSpaceAhead() {
    guard options.mostBytesAhead > 0 else { return }
    let end = info.fileBytes
    let length = min(options.mostBytesAhead, end)
    let isDue = activity.withLock { activity in
      guard activity.reservedThrough < end + length / 4 else { return false }
      activity.reservedThrough = end + length
      return true
    }
    var descriptor: Int32 = -1
    guard isDue, mdb_env_get_fd(handle, &descriptor) == MDB_SUCCESS else { return }
    _ = wattledger_reserve_space(descriptor, off_t(end), off_t(length))
  }
}
