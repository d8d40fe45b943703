import CSystemCalls
import Glibc

/// What came of a share of the work. Plain numbers, to go through a pipe.
struct Counts {
  /// Cases drawn or planned.
  var drawn = 0
  /// Cases that were checked: of equal images, one.
  var checked = 0
  /// Of those, how many no earlier range had either.
  var different = 0
  /// Of those, with their read models.
  var checkedWithModels = 0
  var violations = 0

  static func += (sum: inout Self, part: Self) {
    sum.drawn += part.drawn
    sum.checked += part.checked
    sum.different += part.different
    sum.checkedWithModels += part.checkedWithModels
    sum.violations += part.violations
  }
}

/// Copies of this process that share the work. Each has one thread, and may fork in turn.
enum Workers {
  static func run(jobs: Int, _ work: (_ job: Int) throws -> Counts) throws -> Counts {
    var workers: [(process: pid_t, pipe: Int32)] = []
    for job in 0..<jobs {
      var pipes: [Int32] = [0, 0]
      guard wattledger_pipe(&pipes) == 0 else {
        throw Problem("cannot make a pipe: \(systemError())")
      }
      let process = wattledger_fork()
      guard process >= 0 else { throw Problem("cannot fork: \(systemError())") }
      if process == 0 { finish(job, work, resultsTo: pipes[1]) }
      close(pipes[1])
      workers.append((process, pipes[0]))
    }
    var sum = Counts()
    for worker in workers {
      var part = Counts()
      let count = withUnsafeMutableBytes(of: &part) { read(worker.pipe, $0.baseAddress, $0.count) }
      close(worker.pipe)
      let ending = ChildProcess.wait(for: worker.process)
      guard count == MemoryLayout<Counts>.size, ending == .exited(0) else {
        throw Problem("a worker failed: \(ending)")
      }
      sum += part
    }
    return sum
  }

  private static func finish(
    _ job: Int, _ work: (Int) throws -> Counts, resultsTo pipe: Int32
  ) -> Never {
    do {
      var counts = try work(job)
      let written = withUnsafeBytes(of: &counts) { write(pipe, $0.baseAddress, $0.count) }
      _exit(written == MemoryLayout<Counts>.size ? 0 : 2)
    } catch {
      say("\(error)")
      _exit(2)
    }
  }
}

func say(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  write(2, bytes, bytes.count)
}

/// Removes a directory and all in it.
func removeTree(_ path: String) { wattledger_remove_tree(path) }
