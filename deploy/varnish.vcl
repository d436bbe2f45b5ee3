# Varnish in front of Pennypress: docs/run/caches.md says how it is run.
#
# It needs no module but std, and a second socket, named "purges", that the paper's worker reaches and nobody else:
#   varnishd -a :80 -a purges=127.0.0.1:6086 -f /etc/varnish/pennypress.vcl -s malloc,256m
vcl 4.1;

import std;

backend paper {
    .host = "127.0.0.1";
    .port = "8000";
    .probe = {
        .request = "HEAD /robots.txt HTTP/1.1" "Host: localhost" "Connection: close";
        .interval = 2s;
        .timeout = 2s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

sub vcl_recv {
    # What was purged goes by its tags. Tags are small letters, figures and hyphens: nothing else reaches a ban.
    if (local.socket == "purges") {
        if (req.method != "PURGE") {
            return (synth(405));
        }
        if (req.http.Surrogate-Key !~ "^[a-z0-9-]+( [a-z0-9-]+)*$") {
            return (synth(400));
        }
        if (!std.ban("obj.http.Surrogate-Key ~ (^|[^a-z0-9-])(" + regsuball(req.http.Surrogate-Key, " ", "|") + ")($|[^a-z0-9-])")) {
            return (synth(500, std.ban_error()));
        }
        return (synth(200));
    }
    if (req.method == "PURGE") {
        return (synth(405));
    }

    # Asked for once more: what could not be made, as it last was; or what is not for everybody, by the reader's own name.
    if (req.restarts > 0) {
        if (req.http.X-Rescue) {
            return (hash);
        }
        set req.http.Cookie = req.http.X-Cookie;
        set req.url = req.http.X-Url;
        return (pass);
    }

    set req.http.Host = std.tolower(req.http.Host);

    # A fragment is asked for by nobody. It comes with all that its page's reader sent.
    if (req.esi_level > 0) {
        unset req.http.Cookie;
        unset req.http.X-Cookie;
        unset req.http.X-Rescue;
        unset req.http.X-Url;
        call graced;
        return (hash);
    }

    unset req.http.X-Cookie;
    unset req.http.X-Rescue;
    unset req.http.X-Url;

    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # A GET that brings something along is nobody's but its sender's.
    if (req.http.Authorization || req.http.Transfer-Encoding || (req.http.Content-Length && req.http.Content-Length != "0")) {
        return (pass);
    }
    # Addresses behind which nothing is for everybody. It only saves asking twice: see vcl_deliver.
    if (req.url ~ "^/(account|accounts|desk|gateway|give|join|login|sandbox|support|documents)(/|\?|$)") {
        return (pass);
    }

    # Everything else is asked for by nobody, without what the reader carries, and without what of the query no page knows.
    if (req.http.Cookie) {
        set req.http.X-Cookie = req.http.Cookie;
        unset req.http.Cookie;
    }
    set req.http.X-Url = req.url;
    if (req.url ~ "[?#]") {
        set req.url = regsub(req.url, "#.*$", "");
        set req.url = regsuball(req.url, "([?&])(?!(?:page|q)=)[^&]*", "\1");
        set req.url = regsuball(req.url, "&&+", "&");
        set req.url = regsub(req.url, "\?&+", "?");
        set req.url = regsub(req.url, "[?&]+$", "");
        set req.url = std.querysort(req.url);
    }
    call graced;
    return (hash);
}

# A page that is no longer fresh is shown for ten seconds while a new one is made; a day where none can be.
sub graced {
    if (std.healthy(req.backend_hint)) {
        set req.grace = 10s;
    }
}

sub vcl_hash {
    hash_data(req.url);
    hash_data(req.http.Host);
    hash_data(req.http.X-Forwarded-Proto);
    return (lookup);
}

sub vcl_backend_fetch {
    set bereq.http.Surrogate-Capability = {"varnish="ESI/1.0""};
    unset bereq.http.X-Cookie;
    unset bereq.http.X-Rescue;
    unset bereq.http.X-Url;
    # What no page differs by may not poison any.
    unset bereq.http.Forwarded;
    unset bereq.http.Proxy;
    unset bereq.http.X-Forwarded-Host;
    unset bereq.http.X-Forwarded-Port;
    unset bereq.http.X-Forwarded-Prefix;
    unset bereq.http.X-Forwarded-Server;
    unset bereq.http.X-HTTP-Method;
    unset bereq.http.X-HTTP-Method-Override;
    unset bereq.http.X-Method-Override;
    unset bereq.http.X-Original-URL;
    unset bereq.http.X-Rewrite-URL;
    if (!bereq.uncacheable) {
        unset bereq.http.Accept-Language;
        unset bereq.http.Cookie;
    }
    return (fetch);
}

sub vcl_backend_response {
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
    if (beresp.http.Surrogate-Control ~ "ESI/1.0") {
        unset beresp.http.Surrogate-Control;
        set beresp.do_esi = true;
        # They are of the page without its fragments: a browser would be told that nothing is new.
        unset beresp.http.ETag;
        unset beresp.http.Last-Modified;
    }
    if (beresp.http.Content-Type ~ "^(text/|application/(json|xml|rss))" && !beresp.http.Content-Encoding) {
        set beresp.do_gzip = true;
    }
    if (bereq.uncacheable) {
        return (deliver);
    }
    # Stored is only what its view has opened to everybody.
    if (
        beresp.http.Cache-Control !~ "(^|[ ,])public([ ,]|$)" ||
        beresp.http.Cache-Control ~ "private|no-store" ||
        beresp.http.Set-Cookie ||
        beresp.http.Vary ~ "(?i)cookie" ||
        beresp.status >= 500 ||
        beresp.ttl <= 0s
    ) {
        set beresp.uncacheable = true;
        set beresp.ttl = 10s;
        return (deliver);
    }
    set beresp.grace = 1d;
    return (deliver);
}

sub vcl_deliver {
    if (req.esi_level > 0) {
        # A fragment that is not there leaves nothing.
        if (resp.status != 200) {
            return (synth(resp.status));
        }
        return (deliver);
    }
    if (req.restarts == 0 && resp.status >= 500 && req.http.X-Url) {
        set req.http.X-Rescue = "1";
        return (restart);
    }
    # Not for everybody after all: asked for once more, by the reader's own name.
    if (req.restarts == 0 && req.http.X-Cookie && resp.http.Cache-Control !~ "(^|[ ,])public([ ,]|$)") {
        return (restart);
    }
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.Via;
    unset resp.http.X-Varnish;
    return (deliver);
}

sub vcl_synth {
    if (req.esi_level > 0 || local.socket == "purges") {
        set resp.body = "";
        return (deliver);
    }
}
