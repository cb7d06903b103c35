/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where frames begin and end, however the stream of them is cut. */

#include "server/http/frames.h"

#include <string.h>

#define FIN 0x80
#define TEXT 1
#define BINARY 2
#define PING 9
#define MAX_MESSAGE 70000

typedef struct {
  guint8 first;
  gsize length;
  guint8 fill;    /* 0: nothing but 'x' */
  gboolean plain; /* may be taken when it comes whole */
} Frame;

static const Frame frames[] = {
    {FIN | TEXT, 5, 0, TRUE},
    {FIN | TEXT, 0, 0, TRUE},
    {FIN | TEXT, 125, 0, TRUE},
    {FIN | TEXT, 126, 0, TRUE},
    {FIN | TEXT, 20, 0xe4, FALSE},
    {FIN | TEXT, 2615, 0, TRUE},
    {FIN | BINARY, 7, 0, FALSE},
    {TEXT, 300, 0, FALSE},
    {FIN | PING, 4, 0, FALSE},
    {0, 0, 0, FALSE},
    {0, 9, 0, FALSE},
    {FIN, 200, 0, FALSE},
    {FIN | TEXT, 65535, 0, TRUE},
    {FIN | TEXT, 65536, 0, TRUE},
    {FIN | TEXT, MAX_MESSAGE + 1, 0, FALSE},
    {FIN | PING, 0, 0, FALSE},
    {FIN | TEXT, 31, 0, TRUE},
};

/* Appends the frame, or with @masked FALSE its content. */
static void
write_frame (GByteArray *out, const Frame *frame, gboolean masked)
{
  static const guint8 mask[4] = {0x81, 0x42, 0x00, 0xff};
  g_autofree guint8 *payload = g_malloc (frame->length + 1);
  guint8 head[10] = {frame->first};
  gsize size = 2;

  memset (payload, 'x', frame->length);
  if (frame->fill != 0)
    payload[frame->length / 2] = frame->fill;
  if (!masked) {
    g_byte_array_append (out, payload, frame->length);
    return;
  }

  if (frame->length < 126) {
    head[1] = 0x80 | frame->length;
  } else if (frame->length <= G_MAXUINT16) {
    head[1] = 0x80 | 126;
    head[2] = frame->length >> 8;
    head[3] = frame->length & 0xff;
    size = 4;
  } else {
    head[1] = 0x80 | 127;
    for (guint i = 0; i < 8; i++)
      head[2 + i] = (guint64) frame->length >> (56 - 8 * i);
    size = 10;
  }
  for (gsize i = 0; i < frame->length; i++)
    payload[i] ^= mask[i & 3];
  g_byte_array_append (out, head, size);
  g_byte_array_append (out, mask, sizeof mask);
  g_byte_array_append (out, payload, frame->length);
}

/* Reads the frames in pieces of random size up to @max_piece (0: all at once);
 * what is not taken must come through byte for byte. */
static guint
run (GRand *rand, gsize max_piece)
{
  VowelFrames reader = {0};
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GByteArray) passed = g_byte_array_new ();
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  gsize at = 0, begin = 0;
  guint index = 0, taken = 0;

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    write_frame (stream, &frames[i], TRUE);

  while (at < stream->len) {
    gsize left = stream->len - at;
    gsize piece = left;
    g_autofree guint8 *data = NULL;
    gsize done = 0;

    if (max_piece > 0)
      piece = g_rand_int_range (rand, 1, max_piece + 1);
    piece = MIN (piece, left);
    data = g_memdup2 (stream->data + at, piece);
    while (done < piece) {
      const gchar *text;
      gsize length;
      gsize n = vowel_frames_take_text (
          &reader, data + done, piece - done, MAX_MESSAGE, &text, &length);

      if (n > 0) {
        g_autoptr (GByteArray) content = g_byte_array_new ();

        g_assert_true (frames[index].plain);
        write_frame (content, &frames[index], FALSE);
        g_assert_cmpmem (text, length, content->data, content->len);
        g_assert_cmpuint (passed->len, ==, begin);
        index++;
        taken++;
      } else {
        n = vowel_frames_pass (&reader, data + done, piece - done);
        g_assert_cmpuint (n, >, 0);
        g_assert_cmpuint (n, <=, piece - done);
        g_byte_array_append (passed, data + done, n);
        if (expected->len == begin)
          write_frame (expected, &frames[index], TRUE);
        g_assert_cmpuint (passed->len, <=, expected->len);
        if (passed->len == expected->len) {
          g_assert_cmpmem (
              passed->data, passed->len, expected->data, expected->len);
          begin = passed->len;
          index++;
        }
      }
      done += n;
    }
    at += piece;
  }
  g_assert_cmpuint (index, ==, G_N_ELEMENTS (frames));
  return taken;
}

static void
test_whole (void)
{
  guint plain = 0;

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    plain += frames[i].plain;
  g_assert_cmpuint (run (NULL, 0), ==, plain);
}

static void
test_pieces (void)
{
  static const gsize max_pieces[] = {1, 3, 20, 3000, 70000};
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < G_N_ELEMENTS (max_pieces); i++)
    for (guint round = 0; round < 2; round++)
      run (rand, max_pieces[i]);
  g_assert_cmpuint (run (rand, 1), ==, 0);
}

/* What RFC 6455 forbids is left alone, for wslay to see. */
static void
test_not_taken (void)
{
  static const struct {
    const gchar *data;
    gsize length;
  } cases[] = {
      {"\x81\x02hi", 4},                            /* not masked */
      {"\xc1\x82\0\0\0\0hi", 8},                    /* a reserved bit */
      {"\x81\xfe\0\x02\0\0\0\0hi", 10},             /* a length too long */
      {"\x81\xff\0\0\0\0\0\0\0\x02\0\0\0\0hi", 16}, /* the same */
      {"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0hi", 16},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    VowelFrames reader = {0};
    g_autofree guint8 *data = g_memdup2 (cases[i].data, cases[i].length);
    const gchar *text;
    gsize length;

    g_assert_cmpuint (vowel_frames_take_text (&reader, data, cases[i].length,
                          MAX_MESSAGE, &text, &length),
        ==, 0);
    g_assert_cmpmem (data, cases[i].length, cases[i].data, cases[i].length);
    g_assert_cmpuint (vowel_frames_pass (&reader, data, cases[i].length), ==,
        cases[i].length);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frames/whole", test_whole);
  g_test_add_func ("/frames/pieces", test_pieces);
  g_test_add_func ("/frames/not-taken", test_not_taken);
  return g_test_run ();
}
