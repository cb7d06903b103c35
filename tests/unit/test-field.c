/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/vowel/vowel.h>

typedef struct {
  GstElement parent;

  gboolean flag;
  gint number;
  guint count;
  guint64 time;
  gdouble ratio;
  gchar *text;
  GstState state;
} Base;
typedef GstElementClass BaseClass;

static GType base_get_type (void);
G_DEFINE_TYPE (Base, base, GST_TYPE_ELEMENT)

/* A class with numbers of its own, of which one is not a field. */
typedef struct {
  Base parent;

  guint own;
  guint doubled;
} Derived;
typedef BaseClass DerivedClass;

static GType derived_get_type (void);
G_DEFINE_TYPE (Derived, derived, base_get_type ())

static void
base_init (Base *self)
{
  self->count = 7;
}

static void
base_finalize (GObject *object)
{
  g_free (((Base *) object)->text);
  G_OBJECT_CLASS (base_parent_class)->finalize (object);
}

static void
base_class_init (BaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = base_finalize;
  gst_vowel_field_install (object_class, 1,
      g_param_spec_boolean ("flag", "Flag", "Flag", FALSE, flags),
      G_STRUCT_OFFSET (Base, flag));
  gst_vowel_field_install (object_class, 2,
      g_param_spec_int ("number", "Number", "Number", -9, 9, 0, flags),
      G_STRUCT_OFFSET (Base, number));
  gst_vowel_field_install (object_class, 3,
      g_param_spec_uint ("count", "Count", "Count", 0, 9, 7, flags),
      G_STRUCT_OFFSET (Base, count));
  gst_vowel_field_install (object_class, 4,
      g_param_spec_uint64 ("time", "Time", "Time", 0, G_MAXUINT64, 0, flags),
      G_STRUCT_OFFSET (Base, time));
  gst_vowel_field_install (object_class, 5,
      g_param_spec_double ("ratio", "Ratio", "Ratio", 0, 1, 0, flags),
      G_STRUCT_OFFSET (Base, ratio));
  gst_vowel_field_install (object_class, 6,
      g_param_spec_string ("text", "Text", "Text", NULL, flags),
      G_STRUCT_OFFSET (Base, text));
  gst_vowel_field_install (object_class, 7,
      g_param_spec_enum (
          "state", "State", "State", GST_TYPE_STATE, GST_STATE_NULL, flags),
      G_STRUCT_OFFSET (Base, state));
}

static void
derived_init (Derived *self)
{
}

static void
derived_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == 2)
    ((Derived *) object)->doubled = 2 * g_value_get_uint (value);
  else
    gst_vowel_field_set_property (object, id, value, pspec);
}

static void
derived_class_init (DerivedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = derived_set_property;
  gst_vowel_field_install (object_class, 1,
      g_param_spec_uint ("own", "Own", "Own", 0, 9, 0, G_PARAM_READWRITE),
      G_STRUCT_OFFSET (Derived, own));
  gst_vowel_field_install (object_class, 2,
      g_param_spec_uint (
          "doubled", "Doubled", "Doubled", 0, 99, 0, G_PARAM_READWRITE),
      G_STRUCT_OFFSET (Derived, doubled));
}

static void
test_types (void)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (g_object_new (base_get_type (), NULL));
  gboolean flag;
  gint number;
  guint count;
  guint64 time;
  gdouble ratio;
  g_autofree gchar *text = NULL;
  GstState state;

  g_object_get (element, "count", &count, "text", &text, NULL);
  g_assert_cmpuint (count, ==, 7);
  g_assert_null (text);
  g_object_set (element, "flag", TRUE, "number", -3, "count", 4, "time",
      G_MAXUINT64 - 1, "ratio", 0.25, "text", "first", "state",
      GST_STATE_PAUSED, NULL);
  g_object_set (element, "text", "second", NULL);
  g_object_get (element, "flag", &flag, "number", &number, "count", &count,
      "time", &time, "ratio", &ratio, "text", &text, "state", &state, NULL);
  g_assert_true (flag);
  g_assert_cmpint (number, ==, -3);
  g_assert_cmpuint (count, ==, 4);
  g_assert_cmpuint (time, ==, G_MAXUINT64 - 1);
  g_assert_cmpfloat (ratio, ==, 0.25);
  g_assert_cmpstr (text, ==, "second");
  g_assert_cmpint (state, ==, GST_STATE_PAUSED);
}

/* The numbers of the two classes are the same. */
static void
test_derived (void)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (g_object_new (derived_get_type (), NULL));
  gboolean flag;
  gint number;
  guint own, doubled;

  g_object_set (
      element, "flag", TRUE, "number", 5, "own", 3, "doubled", 4, NULL);
  g_object_get (element, "flag", &flag, "number", &number, "own", &own,
      "doubled", &doubled, NULL);
  g_assert_true (flag);
  g_assert_cmpint (number, ==, 5);
  g_assert_cmpuint (own, ==, 3);
  g_assert_cmpuint (doubled, ==, 8);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field/types", test_types);
  g_test_add_func ("/field/derived", test_derived);
  return g_test_run ();
}
