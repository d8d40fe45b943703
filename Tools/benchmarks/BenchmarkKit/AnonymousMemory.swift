import Dispatch
import Glibc
import Synchronization

/// The memory that is the program's own: RssAnon of `/proc/self/status`. Pages of mapped files are
/// the system's to drop, and do not count (SEMANTICS 29).
enum AnonymousMemory {
  /// Bytes now; 0 where the system does not say.
  static func current() -> Int {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    let count = read(descriptor, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    let kibibytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
    return (kibibytes ?? 0) * 1024
  }

  /// The greatest value seen while `body` runs, read every two milliseconds. What the process holds
  /// already counts, freed memory that the allocator keeps included.
  static func peak(during body: () throws -> Void) rethrows -> Int {
    let sampler = Sampler()
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) { sampler.run() }
    defer {
      sampler.isStopped.store(true, ordering: .relaxed)
      group.wait()
    }
    try body()
    sampler.sample()
    return sampler.peak.load(ordering: .relaxed)
  }

  private final class Sampler: Sendable {
    let peak = Atomic<Int>(AnonymousMemory.current())
    let isStopped = Atomic<Bool>(false)

    func sample() { peak.max(AnonymousMemory.current(), ordering: .relaxed) }

    func run() {
      while !isStopped.load(ordering: .relaxed) {
        sample()
        usleep(2000)
      }
    }
  }
}
