import CYardsticks
import Glibc

/// On which processors the program may run.
enum Processors {
  /// Runs `body`, if `onlyOne` then on a single processor with every thread that it starts: what
  /// would overlap takes turns.
  static func with(onlyOne: Bool, _ body: () throws -> Void) throws {
    guard onlyOne else { return try body() }
    guard wattledger_use_one_processor() == 0 else {
      throw BenchmarkError("cannot choose a processor: \(String(cString: strerror(errno)))")
    }
    // What was allowed a moment ago is allowed now.
    defer { _ = wattledger_use_all_processors() }
    try body()
  }
}
