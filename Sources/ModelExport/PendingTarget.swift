import CExport
import Foundation

/// A file or directory that is made beside its target and takes the target's place when it is
/// whole: a crash, a full disk or a kill leaves the old one as it was.
final class PendingTarget {
  /// Where it is made.
  let path: String
  private let target: String
  private let isDirectory: Bool
  private let descriptor: Int32
  private var isFinished = false

  /// Makes an empty file or directory. What an export that was killed has left there goes.
  init(for target: String, isDirectory: Bool) throws(ExportError) {
    self.target = target
    self.isDirectory = isDirectory
    path = target + ".part"
    if isDirectory, mkdir(path, 0o755) != 0, errno != EEXIST {
      throw .file(operation: "create", path: path, code: errno)
    }
    descriptor = open(
      path, isDirectory ? O_RDONLY | O_DIRECTORY | O_CLOEXEC : O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(operation: "create", path: path, code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .busy(target: target)
    }
    do throws(ExportError) {
      try empty()
    } catch {
      close(descriptor)
      throw error
    }
  }

  private func empty() throws(ExportError) {
    guard isDirectory else {
      guard ftruncate(descriptor, 0) == 0 else {
        throw .file(operation: "empty", path: path, code: errno)
      }
      return
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      guard unlink("\(path)/\(name)") == 0 else {
        throw .file(operation: "empty", path: path, code: errno)
      }
    }
  }

  deinit {
    if !isFinished {
      if isDirectory { try? FileManager.default.removeItem(atPath: path) } else { unlink(path) }
    }
    close(descriptor)
  }

  /// Puts it in the place of the target, durably. Its files must be closed.
  func finish() throws(ExportError) {
    guard fsync(descriptor) == 0 else { throw .file(operation: "sync", path: path, code: errno) }
    let isReplacing = isDirectory && access(target, F_OK) == 0
    // A directory with something in it can only be replaced by changing the two names.
    let result =
      isReplacing
      ? wattledger_exchange_names(path, target) : rename(path, target)
    guard result == 0 else { throw .file(operation: "replace", path: target, code: errno) }
    isFinished = true
    if isReplacing { try? FileManager.default.removeItem(atPath: path) }
    try Self.sync(URL(filePath: target).deletingLastPathComponent().path)
  }

  private static func sync(_ directory: String) throws(ExportError) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(operation: "open", path: directory, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .file(operation: "sync", path: directory, code: errno)
    }
  }
}
