import CSystemCalls
import Glibc

/// How a process has ended.
enum Ending: Equatable {
  case exited(Int32)
  case killed(Int32)
  case hung

  init(status: Int32) {
    let signal = status & 0x7f
    self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
  }
}

extension Ending: CustomStringConvertible {
  var description: String {
    switch self {
    case .exited(let code): "it ended with code \(code)"
    case .killed(SIGALRM): "it took too long"
    case .killed(let signal): "it was ended by signal \(signal)"
    case .hung: "it did not come to an end"
    }
  }
}

enum ChildProcess {
  /// Runs `body` in a copy of this process, which must have one thread, and returns what went wrong;
  /// nil if nothing did. A copy that takes more than `seconds` is ended.
  static func check(seconds: UInt32 = 300, _ body: () throws -> Void) throws -> String? {
    var pipes: [Int32] = [0, 0]
    guard wattledger_pipe(&pipes) == 0 else {
      throw Problem("cannot make a pipe: \(systemError())")
    }
    let child = wattledger_fork()
    guard child >= 0 else { throw Problem("cannot fork: \(systemError())") }
    if child == 0 {
      alarm(seconds)
      withoutActuallyEscaping(body) { run($0, errorsTo: pipes[1]) }
    }
    close(pipes[1])
    defer { close(pipes[0]) }
    var text = [UInt8](repeating: 0, count: 4096)
    let count = max(0, read(pipes[0], &text, text.count))
    let ending = wait(for: child)
    if ending == .exited(0) { return nil }
    return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : "\(ending)"
  }

  /// Runs `body` on a new thread, and ends the process with it. Swift's locks know a thread by its
  /// number, which the one that has called fork remembers wrongly in the copy.
  private static func run(_ body: @escaping () throws -> Void, errorsTo pipe: Int32) -> Never {
    let work = Work {
      do {
        try body()
        _exit(0)
      } catch {
        let text = Array("\(error)".utf8)
        write(pipe, text, text.count)
        _exit(1)
      }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        // pthread_create hands over the argument that it was given, which is never nil.
        Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().run()
      }, Unmanaged.passRetained(work).toOpaque())
    pthread_join(thread, nil)
    _exit(2)
  }

  private final class Work {
    let run: () -> Never
    init(_ run: @escaping () -> Never) { self.run = run }
  }

  static func wait(for process: pid_t) -> Ending {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return Ending(status: status)
  }
}

/// A run of a program with its output in a file.
struct RunningProgram {
  let process: pid_t
  private static let pollMicroseconds: UInt32 = 500

  init(
    _ arguments: [String], environment: [String], input: String, output: String
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, arguments[0], &actions, nil, &words, &variables)
    guard result == 0 else {
      throw Problem("cannot run \(arguments[0]): \(String(cString: strerror(result)))")
    }
    self.process = process
  }

  /// Waits for the end; a program that takes longer than `seconds` is killed and counts as hung.
  func wait(seconds: Int = 60) -> Ending {
    for _ in 0..<(seconds * 1_000_000 / Int(Self.pollMicroseconds)) {
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process { return Ending(status: status) }
      usleep(Self.pollMicroseconds)
    }
    kill(process, SIGKILL)
    _ = ChildProcess.wait(for: process)
    return .hung
  }
}
