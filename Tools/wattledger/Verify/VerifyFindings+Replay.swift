import Bytes
import JSON
import Projections

extension VerifyFindings {
  /// A fold in another way, and what it gave; nil if it did not come to its end.
  struct Replay {
    var way: ReplayWay
    var fold: ReplayedFold?

    /// Whether it gave what serves.
    var isSame: Bool { fold?.differences.isEmpty ?? false }
  }

  /// The position up to which the first fold was made, and all others have to be.
  var replayedPosition: UInt64? { replays.lazy.compactMap(\.fold?.position).first }

  /// Whether each table is as the first fold made it.
  func isAsOthers(_ replay: Replay) -> Bool { tablesUnlikeOthers(replay).isEmpty }

  private func tablesUnlikeOthers(_ replay: Replay) -> [String] {
    guard let fold = replay.fold, let first = replays.lazy.compactMap(\.fold).first else {
      return []
    }
    return zip(fold.tables, first.tables).filter { $0 != $1 }.map(\.0.name)
  }

  /// Which folds gave other rows, and where they begin.
  var replayMessage: String {
    var parts: [String] = []
    for (index, replay) in replays.enumerated() {
      for difference in replay.fold?.differences ?? [] {
        parts.append("fold \(index + 1): \(difference.text)")
      }
      let unlike = tablesUnlikeOthers(replay)
      if !unlike.isEmpty {
        parts.append(
          "fold \(index + 1) is not as fold 1 in \(unlike.joined(separator: ", "))")
      }
    }
    parts += brokenChecks.filter { $0.part == .replay }.map(\.text)
    return "folds of the same log gave different rows, which is a mistake of the program; "
      + "please report it: " + parts.joined(separator: "; ")
  }

  /// For people: each fold with its settings.
  var replayLines: String {
    replays.enumerated().map { index, replay in
      let verdict =
        switch replay.fold {
        case nil: "did not come to its end"
        case _ where replay.isSame && isAsOthers(replay): "the same"
        default: "DIFFERS"
        }
      return "fold \(index + 1) (\(replay.way.description)): \(verdict)\n"
        + (replay.fold?.differences ?? []).map { "  \($0.text)\n" }.joined()
    }.joined()
  }

  func writeReplays(to json: inout JSONWriter) {
    json.array("replays") { json in
      for replay in replays {
        json.object { json in
          json.member("ok", replay.isSame && isAsOthers(replay))
          json.member("workers", replay.way.settings.workers)
          json.member("events_at_once", replay.way.settings.eventsAtOnce)
          json.array("environment") { json in
            for variable in replay.way.variables { json.string(variable) }
          }
          json.member("directory", replay.way.directory)
          replay.fold?.write(to: &json)
          json.array("unlike_first") { json in
            for table in tablesUnlikeOthers(replay) { json.string(table) }
          }
        }
      }
    }
  }
}

extension TableDifference {
  /// In words.
  fileprivate var text: String {
    let digits = Hexadecimal.string(of: key)
    let session = sessionPosition.map { " (the session that position \($0) opened)" } ?? ""
    let flaw =
      switch flaw {
      case .missing: "is missing"
      case .added: "is there, and does not serve"
      case .changed: "is another one"
      }
    return "in \(table), the row of key \(digits)\(session) \(flaw)"
  }
}

extension ReplayedFold {
  /// Writes the members of its object.
  func write(to json: inout JSONWriter) {
    json.member("position", position)
    json.array("tables") { json in
      for table in tables {
        json.object { json in
          json.member("name", table.name)
          json.member("rows", table.rows)
          json.member("digest", "\(table.digest)")
        }
      }
    }
    json.array("differences") { json in
      for difference in differences {
        json.object { json in
          json.member("table", difference.table)
          json.member("flaw", difference.flaw.rawValue)
          json.member("key", Hexadecimal.string(of: difference.key))
          json.member("session_position", difference.sessionPosition)
        }
      }
    }
  }

  /// Reads what ``write(to:)`` wrote; nil if it is anything else.
  init?(_ json: JSONValue) {
    guard let position = json["position"]?.int64.flatMap({ UInt64(exactly: $0) }),
      let tables = json["tables"], let differences = json["differences"]
    else { return nil }
    self.init(position: position, tables: [], differences: [])
    for table in tables.elements {
      guard let name = table["name"]?.string, let rows = table["rows"]?.int64,
        let digest = table["digest"]?.string.flatMap({ Hexadecimal.bytes($0) })?
          .withUnsafeBytes({ SHA256Digest(bytes: $0) })
      else { return nil }
      self.tables.append(TableDigest(name: name, rows: Int(rows), digest: digest))
    }
    for difference in differences.elements {
      guard let table = difference["table"]?.string,
        let flaw = difference["flaw"]?.string.flatMap({ TableDifference.Flaw(rawValue: $0) }),
        let key = difference["key"]?.string.flatMap({ Hexadecimal.bytes($0) })
      else { return nil }
      self.differences.append(
        TableDifference(
          table: table, flaw: flaw, key: key,
          sessionPosition: difference["session_position"]?.int64.map { UInt64(clamping: $0) }))
    }
  }
}
