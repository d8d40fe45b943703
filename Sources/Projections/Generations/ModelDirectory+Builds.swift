import EventLog

extension ModelDirectory {
  /// Why the build in a directory cannot be gone on with; nil if it can.
  func flaw(
    ofBuildAt path: String, of projection: RegisteredProjection, for ledger: Ledger
  ) throws -> DiscardReason? {
    guard let file = try GenerationFile(inDirectory: path) else { return .damaged }
    guard projection.made(file) else { return .otherVersion }
    guard file.ledger == ledgerUUID else { return .otherLog }
    guard !file.hasServed else { return .hasServed }
    // What was not synced may be anything after a power cut, and is not even looked at.
    let isOfThisBoot = file.bootID != nil && file.bootID == machine.bootID
    guard file.isFinished || isOfThisBoot else { return .otherBoot }
    do {
      return try projection.open(path, true).isOf(ledger) ? nil : .otherLog
    } catch  where isDamage(error) {
      return .damaged
    }
  }
}
