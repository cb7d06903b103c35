/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelProviderKind:
 *
 * The three stages that have providers.
 */
typedef enum {
  GST_VOWEL_PROVIDER_STT,
  GST_VOWEL_PROVIDER_LLM,
  GST_VOWEL_PROVIDER_TTS,
} GstVowelProviderKind;

/* Call in class_init of a provider element: @name is what users write in
 * `provider=`, e.g. "pocketsphinx" for the element pocketsphinxstt.  It is kept
 * in the registry, so that listing providers loads no plugin. */
GST_VOWEL_API void gst_vowel_provider_class_set_name (
    GstElementClass *klass, GstVowelProviderKind kind, const gchar *name);

/* More names for the same element, separated by spaces: a provider made by one
 * of them has it as its property `profile`, if it has such a property.  For
 * protocols that many services share. */
GST_VOWEL_API void gst_vowel_provider_class_set_profiles (
    GstElementClass *klass, GstVowelProviderKind kind, const gchar *profiles);

/* The installed providers' names, best rank first; an element's profiles follow
 * its name. (transfer full) */
GST_VOWEL_API GStrv gst_vowel_provider_list (GstVowelProviderKind kind);
/* @name: NULL or "auto" for the best ranked; a provider's or an element
 * factory's name otherwise.  The error lists what is installed. (transfer
 * floating) */
GST_VOWEL_API GstElement *gst_vowel_provider_make (GstVowelProviderKind kind,
    const gchar *name, const gchar *element_name, GError **error);

/**
 * GstVowelProviderBin:
 *
 * Base class of sttsink, llmbin and ttssrc: a bin that makes a provider
 * element by its `provider` property and keeps it as the child "provider", so
 * that `provider::model=nova-3` works in a launch line. The provider is made
 * when it is first asked for, at the latest in NULL->READY, and made anew when
 * `provider` changes before that.
 *
 * `provider` may be a list. The first is linked; the others stand in for it, in
 * this order, when it has failed an utterance, a request or a sentence for
 * good, or has failed too often lately. They are the children "provider-1",
 * "provider-2" and so on.
 */
#define GST_TYPE_VOWEL_PROVIDER_BIN (gst_vowel_provider_bin_get_type ())
GST_VOWEL_API
G_DECLARE_DERIVABLE_TYPE (GstVowelProviderBin, gst_vowel_provider_bin,
    GST_VOWEL, PROVIDER_BIN, GstBin)

/**
 * GstVowelProviderBinClass:
 * @kind: set in class_init
 * @provider_added: the (first) provider is in the bin: link it. On %FALSE it
 *   leaves again
 * @provider_removed: it is about to leave: unlink it
 */
struct _GstVowelProviderBinClass {
  GstBinClass parent_class;

  GstVowelProviderKind kind;
  gboolean (*provider_added) (GstVowelProviderBin *bin, GstElement *provider);
  void (*provider_removed) (GstVowelProviderBin *bin, GstElement *provider);

  gpointer _gst_reserved[GST_PADDING];
};

/* The first. (transfer none) (nullable): makes it when necessary; NULL after an
 * error, which has been posted. */
GST_VOWEL_API GstElement *gst_vowel_provider_bin_get_provider (
    GstVowelProviderBin *bin);
/* For a subclass whose own property is called like one of the provider's: its
 * set_property and get_property. What is set goes to stand-ins too, but not the
 * names of a vendor's model and voice. */
GST_VOWEL_API void gst_vowel_provider_bin_forward_set (
    GstVowelProviderBin *bin, GParamSpec *pspec, const GValue *value);
GST_VOWEL_API void gst_vowel_provider_bin_forward_get (
    GstVowelProviderBin *bin, GParamSpec *pspec, GValue *value);

G_END_DECLS
