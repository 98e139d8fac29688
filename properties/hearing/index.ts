export { hearingOf, type Hear, type Hearing, type Silence } from "./hearing.js";
export { isTransactional, type Write } from "./write.js";
export {
  isOn,
  optionsOf,
  saysWhatItWrites,
  settledExchanges,
  type SettledExchange,
} from "./exchange-outcome.js";
export { boundsInOrder, type Subscription } from "./subscription.js";
export { isProtocolName, protocolAsked, spokenIn, type Spoken } from "./spoken.js";
export { startOf, type Source } from "./source.js";
