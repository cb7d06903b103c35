/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "live-session.h"

G_BEGIN_DECLS

/* Properties that elements with a LiveStt begin with. */
enum {
  LIVE_STT_PROP_MODEL = REMOTE_N_PROPS,
  LIVE_STT_PROP_LANGUAGE,
  LIVE_STT_PROP_KEYTERMS,
  LIVE_STT_PROP_FINALIZE_TIMEOUT,
  LIVE_STT_PROP_KEEPALIVE,
  LIVE_STT_PROP_IDLE_TIMEOUT,
  LIVE_STT_N_PROPS,
};

typedef struct _LiveStt LiveStt;

/**
 * LiveVendor:
 * @service: whom the element asks
 * @protocol: how
 * @make_path: what of the address is behind the base URL, with its query, by
 *   the properties; with the object lock held. (transfer full)
 * @make_opening: (nullable): what is said before any audio, likewise. (transfer
 *   full) (nullable)
 * @options: defaults of properties
 * @model: (nullable): default of a property
 * @language: (nullable): default of a property
 * @about_language: (nullable): what the property says of itself
 * @keyterms: whether there is such a property
 *
 * A service as an element. An option or name that is 0 or %NULL is not a
 * property, but the language, which is one by @about_language. Constant.
 */
typedef struct {
  const RemoteService *service;
  const LiveProtocol *protocol;
  gchar *(*make_path) (LiveStt *live);
  gchar *(*make_opening) (LiveStt *live);
  LiveOptions options;
  const gchar *model;
  const gchar *language;
  const gchar *about_language;
  gboolean keyterms;
} LiveVendor;

/*
 * LiveStt: what a speech-to-text element needs to hear over live connections;
 * an element has one as a field.  The connection is made when the element
 * starts, so that nobody waits for it, and anew when somebody speaks after it
 * was lost or properties have changed.
 */
struct _LiveStt {
  GstVowelStt *stt;         /* the element; constant */
  const LiveVendor *vendor; /* constant */

  /* Protected by the object lock. */
  RemoteSettings settings;
  gchar *model;
  gchar *language;
  gchar *keyterms;
  LiveOptions options;

  /* Worker thread. */
  LiveSession *session; /* (nullable): for the next utterance */
  gchar *made_by;       /* (nullable): what its address and key were */
  GPtrArray *pending;   /* of utterances without a final result, and their
                           sessions */
};

/* Sets the class's functions for utterances and properties, and installs the
 * properties above. @offset: of the LiveStt in the instance */
void live_stt_class_init (
    GstVowelSttClass *klass, goffset offset, const LiveVendor *vendor);
/* In the element's init. */
void live_stt_init (LiveStt *live, GstVowelStt *stt, const LiveVendor *vendor);
/* In its finalize. */
void live_stt_clear (LiveStt *live);
/* With the object lock held. */
const gchar *live_stt_get_model (LiveStt *live);
/* (nullable) */
const gchar *live_stt_get_language (LiveStt *live);

/* A path whose query grows; @value is escaped. */
void live_query_append (GString *path, const gchar *name, const gchar *value);
/* @name for each of @list (nullable), which has commas between them. */
void live_query_append_list (
    GString *path, const gchar *name, const gchar *list);

G_END_DECLS
