/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "audio-chain.h"

#include "session/pipeline-caps.h"

struct _VowelAudioChain {
  VowelAudioFormat input;
  GstElement *elements;
  GstPad *src;  /* into the elements */
  GstPad *sink; /* out of them */

  gboolean streaming; /* a stream has begun */
  guint64 position;   /* in it, in bytes */
  GByteArray *output; /* what came out, not taken yet */
  GError *failure;    /* (nullable): the first one of the stream */
};

static GstFlowReturn
on_buffer (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  VowelAudioChain *chain = gst_pad_get_element_private (pad);
  GstMapInfo map;

  if (gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    g_byte_array_append (chain->output, map.data, map.size);
    gst_buffer_unmap (buffer, &map);
  }
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  VowelAudioChain *chain = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && chain->failure == NULL)
    gst_message_parse_error (message, &chain->failure, NULL);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* Without a socket pair. */
static void
set_bus (VowelAudioChain *chain)
{
  g_autoptr (GstBus) bus =
      g_object_new (GST_TYPE_BUS, "enable-async", FALSE, NULL);

  gst_bus_set_sync_handler (bus, on_message, chain, NULL);
  gst_element_set_bus (chain->elements, bus);
}

static void
link_pads (VowelAudioChain *chain)
{
  g_autoptr (GstPad) in = gst_element_get_static_pad (chain->elements, "sink");
  g_autoptr (GstPad) out = gst_element_get_static_pad (chain->elements, "src");

  gst_pad_set_element_private (chain->sink, chain);
  gst_pad_set_chain_function (chain->sink, on_buffer);
  gst_pad_link (chain->src, in);
  gst_pad_link (out, chain->sink);
}

VowelAudioChain *
vowel_audio_chain_new (
    const gchar *elements, const VowelAudioFormat *input, GError **error)
{
  g_autoptr (VowelAudioChain) chain = NULL;
  GstElement *bin =
      gst_parse_bin_from_description_full (elements, /* ghost_unlinked */ TRUE,
          /* context */ NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);

  if (bin == NULL) {
    g_prefix_error (error, "\"%s\": ", elements);
    return NULL;
  }

  chain = g_new0 (VowelAudioChain, 1);
  chain->input = *input;
  chain->elements = gst_object_ref_sink (bin);
  chain->src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  chain->sink = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  chain->output = g_byte_array_new ();
  set_bus (chain);
  link_pads (chain);
  return g_steal_pointer (&chain);
}

VowelAudioChain *
vowel_audio_chain_new_converter (const VowelAudioFormat *input,
    const VowelAudioFormat *output, GError **error)
{
  static const gchar *const decoders[] = {NULL, "mulawdec", "alawdec"};
  static const gchar *const encoders[] = {NULL, "mulawenc", "alawenc"};
  g_autoptr (GPtrArray) elements = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *description = NULL;

  if (!vowel_audio_format_equal (input, output)) {
    if (decoders[input->encoding] != NULL)
      g_ptr_array_add (elements, g_strdup (decoders[input->encoding]));
    if (input->rate != output->rate) {
      g_ptr_array_add (elements, g_strdup ("audioresample"));
      g_ptr_array_add (
          elements, g_strdup_printf (
                        "capsfilter caps=audio/x-raw,rate=%u", output->rate));
    }
    if (encoders[output->encoding] != NULL)
      g_ptr_array_add (elements, g_strdup (encoders[output->encoding]));
  }
  if (elements->len == 0)
    g_ptr_array_add (elements, g_strdup ("identity"));
  g_ptr_array_add (elements, NULL);

  description = g_strjoinv (" ! ", (gchar **) elements->pdata);
  return vowel_audio_chain_new (description, input, error);
}

void
vowel_audio_chain_free (VowelAudioChain *chain)
{
  vowel_audio_chain_reset (chain);
  gst_element_set_state (chain->elements, GST_STATE_NULL);
  gst_object_unref (chain->elements);
  gst_object_unref (chain->src);
  gst_object_unref (chain->sink);
  g_byte_array_unref (chain->output);
  g_free (chain);
}

void
vowel_audio_chain_reset (VowelAudioChain *chain)
{
  gst_element_set_state (chain->elements, GST_STATE_READY);
  /* Takes the end of the stream off them. */
  gst_pad_set_active (chain->src, FALSE);
  gst_pad_set_active (chain->sink, FALSE);
  g_byte_array_set_size (chain->output, 0);
  g_clear_error (&chain->failure);
  chain->streaming = FALSE;
}

static void
begin (VowelAudioChain *chain)
{
  g_autoptr (GstCaps) caps = vowel_audio_format_to_caps (&chain->input);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (chain->sink, TRUE);
  gst_element_set_state (chain->elements, GST_STATE_PAUSED);
  gst_pad_set_active (chain->src, TRUE);
  gst_pad_push_event (chain->src, gst_event_new_stream_start ("audio"));
  gst_pad_push_event (chain->src, gst_event_new_caps (caps));
  gst_pad_push_event (chain->src, gst_event_new_segment (&segment));
  chain->streaming = TRUE;
  chain->position = 0;
}

static GBytes *
take_output (VowelAudioChain *chain)
{
  GByteArray *output = g_steal_pointer (&chain->output);

  chain->output = g_byte_array_new ();
  return g_byte_array_free_to_bytes (output);
}

static void
fail (VowelAudioChain *chain, GError **error)
{
  if (chain->failure != NULL)
    g_propagate_error (error, g_steal_pointer (&chain->failure));
  else
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
        "the elements do not take this audio");
  vowel_audio_chain_reset (chain);
}

static gint64
get_time (VowelAudioChain *chain)
{
  return vowel_audio_format_duration_us (&chain->input, chain->position)
         * GST_USECOND;
}

GBytes *
vowel_audio_chain_push (VowelAudioChain *chain, GBytes *audio, GError **error)
{
  GstBuffer *buffer;

  if (g_bytes_get_size (audio) == 0)
    return g_bytes_ref (audio);
  if (!chain->streaming)
    begin (chain);

  buffer = gst_buffer_new_wrapped_bytes (audio);
  GST_BUFFER_PTS (buffer) = get_time (chain);
  chain->position += g_bytes_get_size (audio);
  GST_BUFFER_DURATION (buffer) = get_time (chain) - GST_BUFFER_PTS (buffer);
  if (gst_pad_push (chain->src, buffer) != GST_FLOW_OK) {
    fail (chain, error);
    return NULL;
  }

  return take_output (chain);
}

GBytes *
vowel_audio_chain_finish (VowelAudioChain *chain, GError **error)
{
  GBytes *rest;

  if (!chain->streaming)
    return g_bytes_new (NULL, 0);

  gst_pad_push_event (chain->src, gst_event_new_eos ());
  if (chain->failure != NULL) {
    fail (chain, error);
    return NULL;
  }

  rest = take_output (chain);
  vowel_audio_chain_reset (chain);
  return rest;
}
