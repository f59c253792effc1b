const REQUIRED = ["apiUrl", "userPoolClientId", "cognitoUrl"];

/**
 * Reads `config.json` beside the page, which `make web` writes.
 *
 * @returns {Promise<{apiUrl: string, userPoolClientId: string, cognitoUrl: string,
 *   modelSigningKeys: string}>} the keys are "" for a stack that does not sign.
 * @throws {Error} when it is missing or lacks a value.
 */
export async function loadConfig() {
  const response = await fetch("config.json", { cache: "no-store" });
  if (!response.ok) throw new Error("config.json is missing: start the page with make web.");
  const config = await response.json();
  const missing = REQUIRED.filter((name) => !config[name]);
  if (missing.length) throw new Error(`config.json lacks ${missing.join(", ")}.`);
  return { ...config, apiUrl: config.apiUrl.replace(/\/+$/, "") };
}
