/// What is read from the messages that have no event of their own: an action, `?` for its request or
/// `!` for its answer, and its fields.
///
/// `name:field` reads a member as a ``FieldName``, `name(…)` goes into an object, `name[…]:list` reads
/// the objects of an array (or a single one) as items, and `name[]:field` all values of an array.
/// Members of all versions stand side by side: what a version does not have is not there.
let messageFieldListing = [
  // Authorization and the transaction
  "Authorize? idTag:token \(token)",
  "Authorize! \(tokenInfo) certificateStatus:certificateStatus "
    + "allowedEnergyTransfer[]:energyTransfer tariff[\(tariff)]:tariffs",
  "StartTransaction! \(tokenInfo)",
  "StopTransaction! \(tokenInfo)",
  """
  TransactionEvent? reservationId:reservation numberOfPhasesUsed:phasesUsed \
  cableMaxCurrent:cableMaximumCurrent preconditioningStatus:preconditioningStatus \
  evseSleep:isAsleep idToken(type:tokenType) \
  transactionInfo(timeSpentCharging:chargingSeconds remoteStartId:remoteStart \
  operationMode:operationMode tariffId:tariff transactionLimit(\(transactionLimit))) \
  costDetails[\(costDetails)]:costs
  """,
  """
  TransactionEvent! totalCost:totalCost chargingPriority:chargingPriority \(tokenInfo) \
  transactionLimit(\(transactionLimit)) updatedPersonalMessage(content:personalMessage)
  """,
  "GetTransactionStatus? transactionId:transaction",
  "GetTransactionStatus! ongoingIndicator:isOngoing messagesInQueue:hasMessagesInQueue",
  """
  SendLocalList? listVersion:listVersion versionNumber:listVersion updateType:updateKind \
  localAuthorizationList[idTag:token \(token) \(tokenInfo)]:tokens
  """,
  "SendLocalList! \(status)",
  "GetLocalListVersion! listVersion:listVersion versionNumber:listVersion",

  // The station
  """
  BootNotification? chargePointVendor:vendor chargePointModel:model \
  chargePointSerialNumber:serialNumber chargeBoxSerialNumber:boxSerialNumber \
  firmwareVersion:firmwareVersion iccid:iccid imsi:imsi meterType:meterType \
  meterSerialNumber:meterSerialNumber reason:reason chargingStation(vendorName:vendor \
  model:model serialNumber:serialNumber firmwareVersion:firmwareVersion \
  modem(iccid:iccid imsi:imsi))
  """,
  "BootNotification! \(status) interval:intervalSeconds currentTime:currentTime",
  "Heartbeat! currentTime:currentTime",
  """
  NotifyEvent? generatedAt:at seqNo:sequenceNumber tbc:isContinued eventData[eventId:event \
  timestamp:at trigger:trigger cause:cause actualValue:value techCode:techCode \
  techInfo:techInfo cleared:isCleared transactionId:transaction variableMonitoringId:monitor \
  eventNotificationType:notificationType severity:severity \(componentVariable)]:events
  """,
  """
  NotifyPeriodicEventStream? id:stream pending:pendingCount basetime:at \
  data[t:offsetSeconds v:value]:samples
  """,
  """
  OpenPeriodicEventStream? constantStreamData(id:stream variableMonitoringId:monitor \
  params(interval:intervalSeconds))
  """,
  "OpenPeriodicEventStream! \(status)",
  "ClosePeriodicEventStream? id:stream",
  "ChangeAvailability? \(place) type:operation operationalStatus:operation",
  "ChangeAvailability! \(status)",
  "ChangeConfiguration? key:key value:value",
  "ChangeConfiguration! \(status)",
  "GetConfiguration! configurationKey[key:key readonly:isReadOnly value:value]:settings",
  """
  SetVariables? setVariableData[attributeType:attribute attributeValue:value \
  \(componentVariable)]:settings
  """,
  """
  SetVariables! setVariableResult[attributeType:attribute attributeStatus:status \
  \(componentVariable)]:settings
  """,
  """
  GetVariables! getVariableResult[attributeType:attribute attributeStatus:status \
  attributeValue:value \(componentVariable)]:settings
  """,
  """
  NotifyReport? requestId:requestNumber generatedAt:at seqNo:sequenceNumber tbc:isContinued \
  reportData[\(componentVariable) variableAttribute[type:attribute value:value]:attributes]:settings
  """,
  """
  SetDisplayMessage? message(transactionId:transaction startDateTime:validFrom \
  endDateTime:validTo message(content:personalMessage))
  """,
  "SetDisplayMessage! \(status)",
  "DataTransfer? vendorId:vendor messageId:vendorMessage data:data",
  "DataTransfer! \(status) data:data",

  // Remote control
  "RemoteStartTransaction? \(place) idTag:token chargingProfile[\(profile)]:profiles",
  "RemoteStartTransaction! \(status)",
  "RemoteStopTransaction? transactionId:transaction",
  "RemoteStopTransaction! \(status)",
  """
  RequestStartTransaction? \(place) remoteStartId:remoteStart \(token) \
  groupIdToken(idToken:groupToken) chargingProfile[\(profile)]:profiles
  """,
  "RequestStartTransaction! \(status) transactionId:transaction",
  "RequestStopTransaction? transactionId:transaction",
  "RequestStopTransaction! \(status)",
  "Reset? type:resetKind \(place)",
  "Reset! \(status)",
  "UnlockConnector? \(place)",
  "UnlockConnector! \(status)",
  "TriggerMessage? requestedMessage:requestedMessage \(place) customTrigger:customTrigger",
  "TriggerMessage! \(status)",
  "ExtendedTriggerMessage? requestedMessage:requestedMessage \(place)",
  "ExtendedTriggerMessage! \(status)",

  // Reservations
  """
  ReserveNow? id:reservation reservationId:reservation \(place) connectorType:connectorType \
  expiryDate:expiresAt expiryDateTime:expiresAt idTag:token parentIdTag:groupToken \(token) \
  groupIdToken(idToken:groupToken)
  """,
  "ReserveNow! \(status)",
  "CancelReservation? reservationId:reservation",
  "CancelReservation! \(status)",
  "ReservationStatusUpdate? reservationId:reservation reservationUpdateStatus:status",

  // Charging profiles
  """
  SetChargingProfile? \(place) csChargingProfiles[\(profile)]:profiles \
  chargingProfile[\(profile)]:profiles
  """,
  "SetChargingProfile! \(status)",
  """
  ClearChargingProfile? id:profile chargingProfileId:profile connectorId:connector \
  chargingProfilePurpose:purpose stackLevel:stackLevel chargingProfileCriteria(evseId:evse \
  chargingProfilePurpose:purpose stackLevel:stackLevel)
  """,
  "ClearChargingProfile! \(status)",
  "GetCompositeSchedule? \(place) duration:durationSeconds chargingRateUnit:rateUnit",
  """
  GetCompositeSchedule! \(status) connectorId:connector scheduleStart:startsAt \
  chargingSchedule[\(schedule)]:schedules schedule[evseId:evse duration:durationSeconds \
  scheduleStart:startsAt chargingRateUnit:rateUnit \
  chargingSchedulePeriod[\(period)]:periods]:schedules
  """,
  """
  GetChargingProfiles? requestId:requestNumber evseId:evse \
  chargingProfile(chargingProfilePurpose:purpose stackLevel:stackLevel \
  chargingProfileId[]:profile chargingLimitSource[]:limitSource)
  """,
  "GetChargingProfiles! \(status)",
  """
  ReportChargingProfiles? requestId:requestNumber evseId:evse tbc:isContinued \
  chargingLimitSource:limitSource chargingProfile[\(profile)]:profiles
  """,
  """
  NotifyChargingLimit? evseId:evse chargingLimit(chargingLimitSource:limitSource \
  isGridCritical:isGridCritical isLocalGeneration:isLocalGeneration) \
  chargingSchedule[\(schedule)]:schedules
  """,
  "ClearedChargingLimit? evseId:evse chargingLimitSource:limitSource",
  "PullDynamicScheduleUpdate? chargingProfileId:profile",
  "PullDynamicScheduleUpdate! \(status) scheduleUpdate(\(limits))",
  "UpdateDynamicSchedule? chargingProfileId:profile scheduleUpdate(\(limits))",
  "UpdateDynamicSchedule! \(status)",
  "NotifyPriorityCharging? transactionId:transaction activated:isActivated",
  "UsePriorityCharging? transactionId:transaction activate:isActivated",
  "UsePriorityCharging! \(status)",
  """
  NotifyEVChargingNeeds? evseId:evse timestamp:at chargingNeeds(\
  requestedEnergyTransfer:energyTransfer controlMode:controlMode departureTime:departureAt \
  acChargingParameters(energyAmount:energyWattHours evMinCurrent:minimumCurrent \
  evMaxCurrent:maximumCurrent) dcChargingParameters(energyAmount:energyWattHours \
  evMaxCurrent:maximumCurrent evMaxPower:maximumPower stateOfCharge:stateOfCharge) \
  v2xChargingParameters(evTargetEnergyRequest:energyWattHours \
  evMinEnergyRequest:minimumEnergyWattHours evMaxEnergyRequest:maximumEnergyWattHours))
  """,
  "NotifyEVChargingNeeds! \(status)",
  "NotifyEVChargingSchedule? evseId:evse timeBase:at chargingSchedule[\(schedule)]:schedules",
  "NotifyEVChargingSchedule! \(status)",
  """
  NotifyAllowedEnergyTransfer? transactionId:transaction \
  allowedEnergyTransfer[]:energyTransfer
  """,
  "NotifyAllowedEnergyTransfer! \(status)",

  // What the grid asks of stations that feed back
  "SetDERControl? controlId:gridControlID controlType:gridControl",
  "SetDERControl! \(status)",
  "ClearDERControl? controlId:gridControlID controlType:gridControl",
  "ClearDERControl! \(status)",
  """
  NotifyDERAlarm? controlType:gridControl gridEventFault:gridFault alarmEnded:isCleared \
  timestamp:at
  """,
  "NotifyDERStartStop? controlId:gridControlID started:isActivated timestamp:at",

  // Prices
  "CostUpdated? totalCost:totalCost transactionId:transaction",
  "SetDefaultTariff? evseId:evse tariff[\(tariff)]:tariffs",
  "SetDefaultTariff! \(status)",
  "ChangeTransactionTariff? transactionId:transaction tariff[\(tariff)]:tariffs",
  "ChangeTransactionTariff! \(status)",
  "ClearTariffs? evseId:evse tariffIds[]:tariff",
  "ClearTariffs! clearTariffsResult[\(status) tariffId:tariff]:tariffs",
  "GetTariffs? evseId:evse",
  """
  GetTariffs! \(status) tariffAssignments[tariffId:tariff tariffKind:tariffKind \
  validFrom:validFrom evseIds[]:evse idTokens[]:token]:tariffs
  """,
  """
  NotifySettlement? transactionId:transaction pspRef:paymentReference status:status \
  statusInfo:reasonDetail settlementAmount:settlementAmount settlementTime:at \
  receiptId:receipt receiptUrl:receiptAddress vatNumber:vatNumber vatCompany(name:company)
  """,
  "NotifySettlement! receiptId:receipt receiptUrl:receiptAddress",
  "VatNumberValidation? vatNumber:vatNumber evseId:evse",
  "VatNumberValidation! \(status) vatNumber:vatNumber evseId:evse company(name:company)",
  "NotifyWebPaymentStarted? evseId:evse timeout:timeoutSeconds",
  """
  BatterySwap? eventType:batteryEvent requestId:requestNumber \(token) \
  batteryData[evseId:evse serialNumber:serialNumber]:batteries
  """,
  "RequestBatterySwap? requestId:requestNumber \(token)",
  "RequestBatterySwap! \(status)",

  // Security
  "SecurityEventNotification? type:securityEvent timestamp:at techInfo:techInfo",
  "SignCertificate? certificateType:certificateType requestId:requestNumber",
  "SignCertificate! \(status)",
  "CertificateSigned? certificateType:certificateType requestId:requestNumber",
  "CertificateSigned! \(status)",
  "InstallCertificate? certificateType:certificateType",
  "InstallCertificate! \(status)",
  "DeleteCertificate? certificateHashData(serialNumber:certificateSerialNumber)",
  "DeleteCertificate! \(status)",

  // Firmware and diagnostics
  """
  UpdateFirmware? location:location retrieveDate:retrieveAt retries:retries \
  retryInterval:retryIntervalSeconds requestId:requestNumber firmware(location:location \
  retrieveDateTime:retrieveAt installDateTime:installAt)
  """,
  "UpdateFirmware! \(status)",
  """
  SignedUpdateFirmware? retries:retries retryInterval:retryIntervalSeconds \
  requestId:requestNumber firmware(location:location retrieveDateTime:retrieveAt \
  installDateTime:installAt)
  """,
  "SignedUpdateFirmware! \(status)",
  "FirmwareStatusNotification? \(status) requestId:requestNumber",
  "SignedFirmwareStatusNotification? \(status) requestId:requestNumber",
  """
  PublishFirmware? location:location retries:retries retryInterval:retryIntervalSeconds \
  requestId:requestNumber
  """,
  "PublishFirmware! \(status)",
  "UnpublishFirmware! \(status)",
  "PublishFirmwareStatusNotification? \(status) requestId:requestNumber location[]:location",
  """
  GetDiagnostics? location:location startTime:oldestAt stopTime:latestAt retries:retries \
  retryInterval:retryIntervalSeconds
  """,
  "GetDiagnostics! fileName:fileName",
  "DiagnosticsStatusNotification? \(status)",
  """
  GetLog? requestId:requestNumber logType:logKind retries:retries \
  retryInterval:retryIntervalSeconds log(remoteLocation:location oldestTimestamp:oldestAt \
  latestTimestamp:latestAt)
  """,
  "GetLog! \(status) filename:fileName",
  "LogStatusNotification? \(status) requestId:requestNumber",
]

// MARK: - What several messages have

private let status =
  "status:status statusInfo(reasonCode:reasonCode additionalInfo:reasonDetail)"

/// 1.6 names a connector; 2.x an EVSE, and a connector of it.
private let place = "connectorId:connector evseId:evse evse(id:evse connectorId:connector)"

private let token = "idToken(idToken:token type:tokenType)"

private let tokenInfo = """
  idTagInfo(status:status expiryDate:expiresAt parentIdTag:groupToken) \
  idTokenInfo(status:status cacheExpiryDateTime:expiresAt chargingPriority:chargingPriority \
  groupIdToken(idToken:groupToken) evseId[]:evse)
  """

private let componentVariable = """
  component(name:component instance:componentInstance evse(id:evse connectorId:connector)) \
  variable(name:variable instance:variableInstance)
  """

private let transactionLimit = """
  maxCost:maximumCost maxEnergy:maximumEnergyWattHours maxTime:maximumSeconds \
  maxSoC:maximumStateOfCharge
  """

// MARK: - Charging profiles

private let profile = """
  chargingProfileId:profile id:profile transactionId:transaction stackLevel:stackLevel \
  chargingProfilePurpose:purpose chargingProfileKind:profileKind recurrencyKind:recurrency \
  validFrom:validFrom validTo:validTo maxOfflineDuration:maximumOfflineSeconds \
  invalidAfterOfflineDuration:isInvalidAfterOffline dynUpdateInterval:dynamicIntervalSeconds \
  dynUpdateTime:updatedAt chargingSchedule[\(schedule)]:schedules
  """

private let schedule = """
  id:schedule startSchedule:startsAt duration:durationSeconds chargingRateUnit:rateUnit \
  minChargingRate:minimumRate powerTolerance:powerTolerance useLocalTime:usesLocalTime \
  randomizedDelay:randomizedDelaySeconds limitAtSoC(soc:limitStateOfCharge \
  limit:limitAtStateOfCharge) chargingSchedulePeriod[\(period)]:periods
  """

private let period = """
  startPeriod:startSeconds numberPhases:numberPhases phaseToUse:phaseToUse \(limits) \
  preconditioningRequest:wantsPreconditioning evseSleep:isAsleep v2xBaseline:baseline \
  operationMode:operationMode
  """

private let limits = """
  limit:limit limit_L2:limitL2 limit_L3:limitL3 dischargeLimit:dischargeLimit \
  dischargeLimit_L2:dischargeLimitL2 dischargeLimit_L3:dischargeLimitL3 setpoint:setpoint \
  setpoint_L2:setpointL2 setpoint_L3:setpointL3 setpointReactive:reactiveSetpoint \
  setpointReactive_L2:reactiveSetpointL2 setpointReactive_L3:reactiveSetpointL3
  """

// MARK: - Prices of 2.1

private let tariff = """
  tariffId:tariff currency:currency validFrom:validFrom energy[\(prices)]:energyPrices \
  chargingTime[\(prices)]:chargingTimePrices idleTime[\(prices)]:idleTimePrices \
  fixedFee[\(prices)]:fixedPrices reservationTime[\(prices)]:reservationTimePrices \
  reservationFixed[\(prices)]:reservationFixedPrices minCost[\(cost)]:minimumCosts \
  maxCost[\(cost)]:maximumCosts
  """

/// Energy by the kWh, time by the minute.
private let prices = """
  prices[priceKwh:price priceMinute:price priceFixed:price \(conditions)]:prices \(taxRates)
  """

private let conditions = """
  conditions(startTimeOfDay:startTimeOfDay endTimeOfDay:endTimeOfDay dayOfWeek[]:dayOfWeek \
  validFromDate:validFromDate validToDate:validToDate evseKind:supply \
  minEnergy:minimumEnergyWattHours maxEnergy:maximumEnergyWattHours minCurrent:minimumCurrent \
  maxCurrent:maximumCurrent minPower:minimumPower maxPower:maximumPower minTime:minimumSeconds \
  maxTime:maximumSeconds minChargingTime:minimumChargingSeconds \
  maxChargingTime:maximumChargingSeconds minIdleTime:minimumIdleSeconds \
  maxIdleTime:maximumIdleSeconds paymentBrand:paymentBrand \
  paymentRecognition:paymentRecognition)
  """

private let taxRates = "taxRates[type:taxName tax:taxPercent stack:taxStack]:taxRates"

private let cost = "exclTax:costWithoutTax inclTax:costWithTax \(taxRates)"

private let costDetails = """
  failureToCalculate:hasFailedToCalculate failureReason:failureReason \
  totalCost(currency:currency typeOfCost:costType total[exclTax:costWithoutTax \
  inclTax:costWithTax]:totalCosts \
  energy[\(cost)]:costsOfEnergy chargingTime[\(cost)]:costsOfChargingTime \
  idleTime[\(cost)]:costsOfIdleTime fixed[\(cost)]:fixedCosts \
  reservationTime[\(cost)]:costsOfReservationTime \
  reservationFixed[\(cost)]:fixedCostsOfReservation) \
  totalUsage(energy:energyWattHours chargingTime:chargingSeconds idleTime:idleSeconds \
  reservationTime:reservationSeconds) \
  chargingPeriods[tariffId:tariff startPeriod:startsAt \
  dimensions[type:dimension volume:volume]:dimensions]:costPeriods
  """
