/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelhttp.h>
#include <gst/vowel/gstvoweltts.h>

G_BEGIN_DECLS

/* One sentence from a service that answers a HTTP request with speech: the
 * audio goes on while it comes.  The base class's job keeps it; all on the
 * worker. */

/* Starts @http (transfer full), which is ready but for its start. @provider:
 * for errors; @secret: (nullable): what must not be in them; @rate: of bare
 * samples. */
void speech_request_start (GstVowelTts *tts, GstVowelTtsJob *job,
    GstVowelHttpRequest *http, const gchar *provider, const gchar *secret,
    gint rate);
/* The class's cancel. */
void speech_request_cancel (GstVowelTts *tts, GstVowelTtsJob *job);

G_END_DECLS
