/** What stands for a secret that is not of the configuration: eight letters, so that it may be a part of base64 text. */
const LETTERS = /^masked[0-9a-z]{2}$/;
const BASIC = Buffer.from("masked").toString("base64");

/** Is a text one that was put in place of a secret, in the recording of a request? */
export function isStandIn(text: string): boolean {
  return LETTERS.test(text) || text.startsWith(BASIC) || /^\{\{secret:[^{}]+\}\}$/.test(text);
}
