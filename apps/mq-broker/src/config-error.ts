/** A setting that the broker cannot start with. */
export class ConfigError extends Error {}
