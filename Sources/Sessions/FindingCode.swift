public enum FindingCode: UInt8, Sendable, CaseIterable { case unknownTransaction }
