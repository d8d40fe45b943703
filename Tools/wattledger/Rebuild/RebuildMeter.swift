import Dispatch
import EventLog
import JSON
import Projections
import Quantities
import Reports

/// Shows the progress of a rebuild on standard error, and says when it stands still.
final class RebuildMeter {
  private let format: ProgressFormat
  private let watch: StallWatch
  private let timer: any DispatchSourceTimer
  /// What the line or the rate is about.
  private var current: RebuildProgress?
  private var meter = ProgressMeter(activity: "Rebuilding", unit: "events")
  private var rate = RebuildRate(position: 0, milliseconds: 0)

  init(_ format: ProgressFormat) {
    self.format = format
    let watch = StallWatch(clock: { Self.milliseconds })
    self.watch = watch
    timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler {
      guard let stall = watch.check() else { return }
      switch format {
      case .terminal: Terminal.note("\(stall)")
      case .json: Terminal.note(stall.json)
      }
    }
    timer.resume()
  }

  private static var milliseconds: UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }

  func show(_ progress: RebuildProgress) {
    watch.note(progress)
    let now = Self.milliseconds
    let isNew = current?.projection != progress.projection || current?.phase != progress.phase
    if isNew {
      meter.finish()
      meter = ProgressMeter(
        activity: "Rebuilding \(progress.projection): \(progress.phase.words)", unit: "events")
      rate = RebuildRate(position: progress.position, milliseconds: now)
    }
    current = progress
    rate.note(position: progress.position, milliseconds: now)
    switch format {
    case .terminal:
      meter.show(done: progress.position, total: progress.head, count: rate.events)
    case .json:
      Terminal.note(progress.json(rate))
    }
  }

  /// Tells a person something in between.
  func tell(_ text: String) {
    meter.finish()
    guard format == .json else { return Terminal.note(text) }
    var json = JSONWriter()
    json.object { $0.member("notice", text) }
    Terminal.note(String(decoding: json.bytes, as: UTF8.self))
  }

  func finish() {
    timer.cancel()
    meter.finish()
  }
}

extension RebuildProgress {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("projection", projection)
    json.member("phase", phase.rawValue)
    json.member("position", position)
    json.member("head", head)
    if stationsLeft > 0 { json.member("stations_left", stationsLeft) }
  }

  fileprivate func json(_ rate: RebuildRate) -> String {
    var json = JSONWriter()
    json.object { json in
      write(to: &json)
      json.member("events_per_second", rate.eventsPerSecond)
      json.member("seconds_left", rate.secondsLeft(to: head))
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension StallWatch.Stall {
  fileprivate var json: String {
    var json = JSONWriter()
    json.object { json in
      progress.write(to: &json)
      let since = SystemClock.now().advanced(byMilliseconds: -Int64(clamping: milliseconds))
      json.member("stalled_since", since.rfc3339)
      json.member("stalled_seconds", milliseconds / 1000)
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
