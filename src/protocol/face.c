/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "face.h"

G_DEFINE_INTERFACE (VowelTransport, vowel_transport, G_TYPE_OBJECT)

static void
vowel_transport_default_init (VowelTransportInterface *iface)
{
}

void
vowel_transport_send_text (
    VowelTransport *transport, const gchar *text, gsize length)
{
  VOWEL_TRANSPORT_GET_IFACE (transport)->send_text (transport, text, length);
}

void
vowel_transport_send_binary (VowelTransport *transport, GBytes *bytes)
{
  VOWEL_TRANSPORT_GET_IFACE (transport)->send_binary (transport, bytes);
}

void
vowel_transport_close (
    VowelTransport *transport, guint16 code, const gchar *reason)
{
  VOWEL_TRANSPORT_GET_IFACE (transport)->close (transport, code, reason);
}

G_DEFINE_INTERFACE (VowelFace, vowel_face, G_TYPE_OBJECT)

static void
vowel_face_default_init (VowelFaceInterface *iface)
{
}

void
vowel_face_receive_text (VowelFace *face, const gchar *text, gsize length)
{
  VOWEL_FACE_GET_IFACE (face)->receive_text (face, text, length);
}

void
vowel_face_receive_binary (VowelFace *face, const guint8 *data, gsize length)
{
  VOWEL_FACE_GET_IFACE (face)->receive_binary (face, data, length);
}

void
vowel_face_closed (VowelFace *face, guint16 code)
{
  VOWEL_FACE_GET_IFACE (face)->closed (face, code);
}

void
vowel_face_refuse (VowelFace *face, const GError *error)
{
  VOWEL_FACE_GET_IFACE (face)->refuse (face, error);
}

void
vowel_face_maker_free (VowelFaceMaker *maker)
{
  maker->free (maker);
}
