// The paper keeps nothing on its readers' devices any more: what was kept is cleared, and the worker goes.
const clear = async () => {
  await Promise.all((await caches.keys()).filter((name) => name.startsWith('paper-')).map((name) => caches.delete(name)))
}
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  await clear()
  await self.registration.unregister()
  await clear() // What the one before us was still about to keep.
})()))
