/**
 * Every message between the page and the service worker that keeps the site for use without a
 * network, and nothing else: the only file both sides read.
 *
 * @typedef {TakeOver | Describe | Keep | Tidy} ToService
 *
 * TakeOver: take the place of the older one at once. The page that asks reloads itself.
 * @typedef {{type: "take-over"}} TakeOver
 *
 * Describe: say what you are; answered with a Description through the port that comes with it.
 * @typedef {{type: "describe"}} Describe
 * @typedef {{app: string, complete: boolean}} Description
 *   `app` is the folder of the page's code in that release; `complete` says whether all is there
 *   that a page needs without a network.
 *
 * Keep: keep these files of the site, which were fetched when there was no service worker yet.
 * @typedef {{type: "keep", urls: string[]}} Keep
 *
 * Tidy: forget older releases, if no other page is open. Sent by a page that has started.
 * @typedef {{type: "tidy"}} Tidy
 */

export {};
