{% load i18n static %}{% get_current_language as language %}// Keeps what was read for when there is no network: pages that are the same for everybody, and what they need.
const KEPT = 'paper-1', MOST = 150
const OFFLINE = `<!doctype html><html lang="{{ language }}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{% translate "No network" %}</title><link rel="stylesheet" href="{% static 'css/paper.css' %}"><link rel="stylesheet" href="{% static 'css/main.css' %}"><body class="bare"><main class="page">
<h1 class="title">{% translate "There is no network" %}</h1><p class="standfirst">{% translate "This page was not read on this device before. What you have read can be read again." %}</p></main>`
const DRESS = ['{% static 'css/paper.css' %}', '{% static 'css/main.css' %}']
const OLD = `<p class="as-of">{% translate "There is no network. This page is as it stood when you read it." %}</p>`

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(DRESS)).then(() => self.skipWaiting()))
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith('/static/')) event.respondWith(file(request))
  else if (request.destination === 'image' && url.pathname.startsWith('/media/')) event.respondWith(file(request))
})

// Only what says of itself that it is for everybody, and came whole, is kept.
const isForAll = (answer) => answer.ok && !answer.redirected && /\bpublic\b/.test(answer.headers.get('Cache-Control') ?? '')

async function keep (request, answer) {
  const kept = await caches.open(KEPT)
  await kept.delete(request)
  await kept.put(request, answer)
  const all = await kept.keys()
  await Promise.all(all.slice(0, Math.max(all.length - MOST, 0)).map((old) => kept.delete(old)))
}

async function page (request) {
  try {
    const answer = await fetch(request)
    if (isForAll(answer)) await keep(request.url, answer.clone())
    return answer
  } catch {
    const kept = await caches.match(request.url)
    const html = kept ? (await kept.text()).replace('<!--as-of-->', OLD) : OFFLINE
    return new Response(html, { status: kept ? 200 : 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  }
}

async function file (request) {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok && answer.status === 200) await keep(request, answer.clone())
  return answer
}
