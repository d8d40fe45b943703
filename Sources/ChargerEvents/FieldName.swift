/// What a field of a message says, whatever OCPP calls it in a version or an action.
///
/// The kind says by which accessor of ``FieldList`` it is read. Units are those of OCPP: W or A by
/// ``rateUnit`` in schedules, Wh, W and A in the conditions of tariffs.
public enum FieldName: UInt8, Sendable, CaseIterable {
  // MARK: Texts

  /// `Accepted`, `Rejected` and so on, and the status that a notification reports.
  case status
  case reasonCode, reasonDetail
  /// Of a CALLERROR or a CALLRESULTERROR.
  case errorCode, errorText
  /// The identifier that authorizes: 1.6 `idTag`, 2.x `idToken.idToken`.
  case token
  case tokenType
  /// 1.6 `parentIdTag`, 2.x `groupIdToken`.
  case groupToken
  case certificateStatus, energyTransfer, personalMessage
  /// The transaction's id; 1.6 numbers as their digits.
  case transaction
  /// Why a station started or was reset.
  case reason
  case vendor, model, serialNumber, boxSerialNumber, firmwareVersion, iccid, imsi
  case meterType, meterSerialNumber
  /// `Operative` or `Inoperative`.
  case operation
  case connectorType, resetKind, requestedMessage, customTrigger
  /// A component and its variable in the 2.x device model, such as `Connector` and `Problem`.
  case component, componentInstance, variable, variableInstance
  /// The value of a variable or a setting.
  case value
  case trigger, techCode, techInfo, notificationType, attribute, key
  case purpose, profileKind, recurrency, rateUnit, operationMode, limitSource
  case preconditioningStatus, controlMode
  case securityEvent, certificateType, certificateSerialNumber
  case location, fileName, logKind, updateKind
  case vendorMessage
  /// The content of a DataTransfer: a string's text, else the JSON as it was sent.
  case data
  case tariff, tariffKind, currency, costType, failureReason, dimension
  case taxName, startTimeOfDay, endTimeOfDay, dayOfWeek, validFromDate, validToDate, supply
  case paymentBrand, paymentRecognition
  case paymentReference, receipt, receiptAddress, vatNumber, company
  /// The kind of a grid control of 2.1, such as `LimitMaxDischarge`, its id, and the fault of the grid
  /// that raised an alarm.
  case gridControl, gridControlID, gridFault
  case batteryEvent

  // MARK: Whole numbers

  case evse, connector
  /// The number of a reservation.
  case reservation
  /// Correlates a request with later notifications.
  case requestNumber, remoteStart
  case chargingPriority, intervalSeconds, timeoutSeconds, retries, retryIntervalSeconds
  case sequenceNumber, event, cause, monitor, severity
  case profile, stackLevel, schedule, durationSeconds, startSeconds, numberPhases, phaseToUse
  case randomizedDelaySeconds, maximumOfflineSeconds, dynamicIntervalSeconds
  case limitStateOfCharge, maximumStateOfCharge, maximumSeconds, stateOfCharge
  case chargingSeconds, idleSeconds, reservationSeconds, phasesUsed
  case listVersion, stream, pendingCount, taxStack
  case minimumSeconds, minimumChargingSeconds, maximumChargingSeconds, minimumIdleSeconds
  case maximumIdleSeconds

  // MARK: Numbers

  /// A cost with taxes, in the station's currency.
  case totalCost
  case maximumCost, minimumCost, costWithTax, costWithoutTax
  case limit, limitL2, limitL3, dischargeLimit, dischargeLimitL2, dischargeLimitL3
  case setpoint, setpointL2, setpointL3, reactiveSetpoint, reactiveSetpointL2, reactiveSetpointL3
  case minimumRate, powerTolerance, limitAtStateOfCharge, baseline
  case energyWattHours, maximumEnergyWattHours, minimumEnergyWattHours
  case minimumCurrent, maximumCurrent, minimumPower, maximumPower, cableMaximumCurrent
  case volume, price, taxPercent, settlementAmount, offsetSeconds

  // MARK: Moments

  case at, expiresAt, currentTime, validFrom, validTo, startsAt, updatedAt, departureAt
  case retrieveAt, installAt, oldestAt, latestAt

  // MARK: Whether

  case isContinued, isCleared, isActivated, isGridCritical, isLocalGeneration, usesLocalTime
  case isInvalidAfterOffline, isAsleep, wantsPreconditioning, hasFailedToCalculate
  case isOngoing, hasMessagesInQueue, isReadOnly

  // MARK: Lists

  case profiles, schedules, periods
  /// Events of components: NotifyEvent.
  case events
  /// A tariff has one item of each part that it prices; in it are ``prices`` and ``taxRates``.
  case energyPrices, chargingTimePrices, idleTimePrices, fixedPrices, reservationTimePrices
  case reservationFixedPrices, prices, taxRates, minimumCosts, maximumCosts
  /// What a station of 2.1 calculated: one item, with one of each cost that it has.
  case costs
  case costPeriods, dimensions, costsOfEnergy, costsOfChargingTime, costsOfIdleTime, fixedCosts
  case costsOfReservationTime, fixedCostsOfReservation, totalCosts
  case tokens, tariffs, settings, samples, batteries
  /// The attributes of a variable: actual value, target and so on.
  case attributes
}

extension FieldName {
  /// What values a field has.
  public enum Kind: Sendable { case text, integer, decimal, instant, flag, item }

  /// By the order of the cases.
  public var kind: Kind {
    switch rawValue {
    case ...FieldName.batteryEvent.rawValue: .text
    case ...FieldName.maximumIdleSeconds.rawValue: .integer
    case ...FieldName.offsetSeconds.rawValue: .decimal
    case ...FieldName.latestAt.rawValue: .instant
    case ...FieldName.isReadOnly.rawValue: .flag
    default: .item
    }
  }
}
