import EventLog
import Quantities
import Testing

@testable import Formats

@Suite("Layouts that say little more than the frame")
struct GenericLayoutTests {
  let directory: TemporaryDirectory
  let options: ImportOptions

  init() throws {
    directory = try TemporaryDirectory()
    options = ImportOptions(
      station: "CP-1", timeZone: try TimeZoneTable.system(named: "UTC"))
  }

  private static let call = #"[2,"1","Reset",{}]"#
  private static let answer = #"[3,"1",{}]"#

  @Test("a row of a table is a call and its answer, or a call alone")
  func callTable() throws {
    let log = try directory.read(
      [
        "Action\tRequest\tResponse\tDate",
        "Reset\t\(Self.call)\t\(Self.answer)\t1/12/2026 8:00:00 PM",
        "Reset | Charger-CMS | \(Self.call) | \(Self.answer) | 2026-01-12 08:00:01",
        "Reset\t\(Self.call)\t\t12.01.2026 08:00:02",
        "Reset\t\(Self.call)\t2026/01/12 08:00:03",
        "Reset\t\(Self.call)\t\(Self.answer)\tyesterday",
        "Reset\t[2,\"1\",\"Reset\"\t\(Self.answer)\t2026/01/12 08:00:03",
      ], options)
    #expect(log.format == .callTable && log.skipped == 3)
    #expect(
      log.summary == [
        "2: CP-1 toStation 2026-01-12T20:00:00.000Z",
        "2: CP-1 fromStation 2026-01-12T20:00:00.000Z",
        "3: CP-1 toStation 2026-01-12T08:00:01.000Z",
        "3: CP-1 fromStation 2026-01-12T08:00:01.000Z",
        "4: CP-1 toStation 2026-01-12T08:00:02.000Z",
        "5: CP-1 toStation 2026-01-12T08:00:03.000Z",
      ])
  }

  @Test("the first plausible number behind a frame is its time")
  func frameFirst() throws {
    let log = try directory.read(
      [
        "\(Self.call),1,1768204800", "\(Self.answer) , 1768204800123 , 7",
        "\(Self.call),1768204800123456,3", "\(Self.call),1768204800.5", "\(Self.call),1,2",
        "\(Self.call),1,x", "\(Self.call)", "[2,\"1\",\"Res",
      ], options)
    #expect(log.format == .frameFirst && log.skipped == 2)
    #expect(
      log.summary == [
        "1: CP-1 toStation 2026-01-12T08:00:00.000Z",
        "2: CP-1 fromStation 2026-01-12T08:00:00.123Z",
        "3: CP-1 toStation 2026-01-12T08:00:00.123Z",
        "4: CP-1 toStation 2026-01-12T08:00:00.500Z", "5: \(RejectReason.noTime)",
        "8: \(RejectReason.frameNotWhole)",
      ])
  }

  @Test("a name before a frame is the station, and guessed directions are flagged")
  func namedFrame() throws {
    let log = try directory.read(
      [
        "2026-01-12 08:00:00 charger1 : \(Self.call)",
        "2026-01-12T08:00:01Z [x] charger2: [2,\"9\",\"DataTransfer\",{}]",
        "2026/01/12 08:00:02 charger1 :\(Self.answer)", "charger1 : \(Self.call)",
        "charger1 : [1,2]", ": \(Self.call)",
      ], options)
    #expect(log.format == .namedFrame && log.skipped == 2)
    #expect(
      log.summary == [
        "1: charger1 toStation 2026-01-12T08:00:00.000Z",
        "2: charger2 fromStation? 2026-01-12T08:00:01.000Z",
        "3: charger1 fromStation 2026-01-12T08:00:02.000Z", "4: \(RejectReason.noTime)",
      ])
  }

  @Test("a CSV log is not taken for one of these, whatever its columns")
  func csv() throws {
    let log = try directory.read(
      ["id\tmsg\ttime", "CP-2\t\(Self.call)\t2026-01-12 08:00:00"], options)
    #expect(log.format == .csv)
    #expect(log.summary == ["2: CP-2 toStation 2026-01-12T08:00:00.000Z"])
  }
}
