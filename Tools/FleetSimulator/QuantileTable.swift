/// How long cars stay and how much energy they want, as 101 percentiles.
///
/// The percentiles of homes, public points and workplaces were measured by ElaadNL and are taken
/// from the tables that come with EV2Gym (MIT, see LICENSE-statistics.txt). Those of fast chargers
/// were counted over 1,878 sessions at EPFL at nine percentiles; between them they are straight.
struct QuantileTable: Sendable {
  /// The value at each whole percent, ascending, in parts of the table's unit.
  let percentiles: [Int32]
  /// How many parts make one whole unit.
  let partsPerUnit: Int64

  /// A table in tenths of its unit.
  init(percentiles: [Int32]) {
    self.percentiles = percentiles
    partsPerUnit = 10
  }

  /// A table that is straight between `knots` of (percent, value), which ascend from 0 to 100.
  init(partsPerUnit: Int64, knots: [(percent: Int32, value: Int32)]) {
    self.partsPerUnit = partsPerUnit
    percentiles = (Int32(0)...100).map { percent in
      let upper = knots.firstIndex { $0.percent >= percent } ?? knots.count - 1
      guard upper > 0 else { return knots[0].value }
      let (low, high) = (knots[upper - 1], knots[upper])
      let rise = (high.value - low.value) * (percent - low.percent)
      return low.value + rise / (high.percent - low.percent)
    }
  }

  /// The value below which `millionths` of all sessions lie (0 to 999,999), scaled so that one
  /// whole unit of the table is `unit`.
  func value(atMillionths millionths: Int64, unit: Int64) -> Int64 {
    let (index, rest) = millionths.quotientAndRemainder(dividingBy: 10_000)
    let (low, high) = (Int64(percentiles[Int(index)]), Int64(percentiles[Int(index) + 1]))
    return (low * 10_000 + (high - low) * rest) * (unit / partsPerUnit) / 10_000
  }
}

extension QuantileTable {
  /// Hours plugged in at fast chargers, in hundredths.
  static let fastConnection = QuantileTable(
    partsPerUnit: 100,
    knots: [
      (0, 0), (1, 10), (5, 17), (10, 22), (25, 33), (50, 50),
      (75, 70), (90, 90), (95, 103), (99, 147), (100, 200),
    ])

  /// Kilowatt-hours wanted at fast chargers, in hundredths.
  static let fastEnergy = QuantileTable(
    partsPerUnit: 100,
    knots: [
      (0, 0), (1, 409), (5, 796), (10, 1105), (25, 1798), (50, 2937),
      (75, 4328), (90, 5548), (95, 6090), (99, 7830), (100, 9000),
    ])

  /// Hours plugged in at homes, in tenths.
  static let privateConnection = QuantileTable(percentiles: [
    0, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 17, 18, 19, 21, 22, 24, 25, 27, 29, 31, 33, 35, 37, 39,
    42, 45, 48, 53, 58, 65, 71, 77, 80, 83, 85, 88, 89, 91, 93, 95, 96, 98, 99, 101, 103, 104, 106,
    107, 109, 110, 112, 114, 115, 117, 118, 120, 121, 123, 124, 125, 127, 128, 129, 131, 132, 133,
    134, 136, 137, 138, 140, 141, 143, 144, 146, 148, 150, 152, 154, 157, 160, 163, 167, 170, 174,
    179, 184, 189, 196, 203, 212, 222, 234, 251, 293, 354, 388, 430, 565, 720,
  ])

  /// Hours plugged in at public points, in tenths.
  static let publicConnection = QuantileTable(percentiles: [
    0, 0, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10, 11, 11, 12, 13, 13, 14, 15, 15, 16, 17, 18, 18,
    19, 20, 21, 22, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 33, 34, 35, 36, 38, 39, 41, 42, 44, 46,
    48, 50, 53, 55, 58, 62, 65, 70, 74, 77, 81, 84, 86, 89, 91, 94, 97, 100, 104, 107, 111, 114,
    117, 121, 124, 127, 130, 132, 135, 138, 140, 143, 146, 149, 152, 156, 161, 166, 171, 178, 185,
    194, 204, 217, 237, 291, 388, 449, 720,
  ])

  /// Hours plugged in at workplaces, in tenths.
  static let workplaceConnection = QuantileTable(percentiles: [
    0, 0, 0, 1, 3, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 17, 18, 19, 20, 20, 21, 22, 23, 24, 25,
    25, 26, 27, 28, 29, 30, 31, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 48,
    49, 50, 52, 53, 55, 57, 58, 60, 62, 63, 65, 67, 69, 71, 72, 74, 75, 77, 78, 79, 80, 81, 82, 83,
    84, 85, 85, 86, 87, 87, 88, 89, 89, 90, 91, 92, 93, 94, 95, 96, 98, 100, 102, 106, 112, 132,
    166, 201, 257, 464, 720,
  ])

  /// Kilowatt-hours wanted at homes, in tenths.
  static let privateEnergy = QuantileTable(percentiles: [
    0, 6, 10, 13, 15, 18, 20, 22, 26, 29, 33, 36, 40, 43, 46, 50, 53, 56, 59, 63, 66, 69, 72, 75,
    78, 82, 85, 89, 93, 97, 101, 106, 110, 115, 119, 123, 128, 132, 137, 142, 146, 151, 156, 161,
    166, 171, 176, 180, 185, 189, 194, 199, 204, 210, 215, 221, 226, 232, 237, 243, 249, 256, 262,
    269, 275, 282, 289, 296, 303, 311, 319, 326, 334, 341, 349, 358, 366, 374, 384, 394, 404, 414,
    425, 434, 445, 456, 467, 477, 489, 501, 514, 529, 544, 560, 577, 596, 617, 644, 681, 734, 999,
  ])

  /// Kilowatt-hours wanted at public points, in tenths.
  static let publicEnergy = QuantileTable(percentiles: [
    0, 0, 0, 0, 4, 6, 8, 11, 13, 15, 16, 18, 20, 22, 24, 25, 27, 28, 30, 32, 34, 35, 37, 39, 40, 42,
    43, 45, 46, 48, 49, 51, 52, 53, 55, 56, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71,
    72, 73, 75, 76, 77, 79, 80, 82, 83, 85, 86, 88, 89, 91, 93, 95, 97, 100, 104, 108, 113, 117,
    122, 127, 132, 138, 143, 150, 156, 164, 172, 181, 190, 200, 211, 222, 234, 246, 260, 274, 290,
    308, 329, 353, 383, 416, 456, 504, 560, 636, 998,
  ])

  /// Kilowatt-hours wanted at workplaces, in tenths.
  static let workplaceEnergy = QuantileTable(percentiles: [
    0, 0, 2, 5, 10, 14, 18, 21, 24, 26, 27, 28, 31, 33, 36, 38, 40, 42, 43, 45, 47, 48, 50, 51, 53,
    54, 56, 58, 59, 60, 62, 63, 64, 65, 66, 68, 69, 70, 71, 73, 74, 76, 77, 79, 80, 82, 83, 85, 86,
    87, 88, 90, 91, 92, 94, 95, 97, 98, 101, 105, 109, 113, 116, 119, 123, 126, 129, 133, 137, 141,
    144, 149, 153, 157, 162, 167, 171, 176, 181, 187, 192, 198, 203, 210, 216, 223, 230, 237, 245,
    253, 261, 270, 280, 291, 303, 319, 341, 370, 410, 482, 957,
  ])
}
