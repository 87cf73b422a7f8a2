// The official browser client, unchanged, in a page made by jsdom. Arguments: address, write key.
const { JSDOM } = require('jsdom')
const [host, writeKey] = process.argv.slice(2)
const dom = new JSDOM('<!doctype html><title>Boots</title>', { url: 'http://shop.example.com/boots', pretendToBeVisual: true })
for (const name of ['window', 'document', 'navigator', 'localStorage', 'location', 'history', 'XMLHttpRequest']) {
  Object.defineProperty(globalThis, name, { value: name === 'window' ? dom.window : dom.window[name], configurable: true, writable: true })
}
dom.window.fetch = globalThis.fetch
const { AnalyticsBrowser } = require('@segment/analytics-next')
const where = { 'Segment.io': { apiHost: host.replace('http://', '') + '/v1', protocol: 'http' } }
async function main () {
  const [analytics] = await AnalyticsBrowser.load({ writeKey, cdnURL: host }, { integrations: where })
  await analytics.identify('browser-user', { email: 'browser@shop.example.com' })
  await analytics.track('Order Completed', { order_id: 'B1', total: 12.5 })
  await analytics.page('Boots')
  await new Promise((resolve) => setTimeout(resolve, 500))
  console.log('sent')
  process.exit(0)
}
main().catch((error) => { console.error(error); process.exit(1) })
