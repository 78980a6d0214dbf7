/** Sizes in bytes, times in milliseconds; safe defaults (api.md: limits are configuration). */
export const EVENT_BODY_MAX = 64 * 1024;
export const BATCH_BODY_MAX = 8 * 1024 * 1024;
export const BATCH_EVENTS_MAX = 1_000;
/** Every other JSON body: an adopted schedule with its rules is the largest. */
export const BODY_MAX = 512 * 1024;
export const JSON_DEPTH_MAX = 24;
export const REQUEST_TIMEOUT = 30_000;
export const CONNECTION_IDLE = 60_000;
/** Of a bulk message, which may take hours: how long nothing may come, or nothing of the answer be read. */
export const BULK_IDLE = 30_000;
export const KEEP_ALIVE = 65_000;
/** Of the URL's one parameter. */
export const PARAMETER_LENGTH_MAX = 64;
