// Where the paper offers it: what was read here can be read again without a network. See newsroom/ahead.py.
if ('serviceWorker' in navigator) navigator.serviceWorker.register('/service-worker.js')
