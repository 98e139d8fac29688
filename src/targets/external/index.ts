/**
 * Real sockets and real time: servers behind a URL or a command, and a server of ours for others.
 *
 * @packageDocumentation
 */
export {
  COMMAND_PREFIX,
  ExternalTarget,
  placeOf,
  type Place,
  type PlaceOfId,
} from "./external-target.js";
export { AddressUnavailableError, Front, type FrontObserver } from "./front.js";
export { realTimeFromNow } from "./real-time.js";
export { DEFAULT_SETTINGS, type ExternalSettings } from "./settings.js";
export { probe, type Probed } from "./probe.js";
export { Relay, type RelayObserver } from "./relay.js";
export { serverUrlOf } from "./server-url.js";
export { makeWeather, type WeatherOptions } from "./weather.js";
