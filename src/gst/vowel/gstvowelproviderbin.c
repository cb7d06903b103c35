/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelproviderbin
 * @title: GstVowelProviderBin
 * @short_description: A bin that chooses a provider element
 *
 * Life cycle: the provider is made when somebody asks for it
 * (gst_vowel_provider_bin_get_provider(), or a property such as
 * `provider::model` through #GstChildProxy), at the latest on the way from NULL
 * to READY. Until then `provider` may change; a provider that was already made
 * is then replaced, and what had been set on it is set on its successor too.
 *
 * All providers of a list are in the bin, in its state and on its worker, but
 * only the first is linked; the others work for it
 * (gst_vowel_provider_element_set_stand_ins()).
 */

#include "config.h"

#include "gstvowelerror.h"
#include "gstvowelprovider.h"
#include "gstvowelprovider-priv.h"
#include "gstvowelproviderelement-priv.h"

GST_DEBUG_CATEGORY_STATIC (gst_vowel_provider_bin_debug);
#define GST_CAT_DEFAULT gst_vowel_provider_bin_debug

#define PROVIDER_CHILD "provider"
#define MAX_PROVIDERS 8
#define DEFAULT_PROVIDER "auto"

enum {
  PROP_0,
  PROP_PROVIDER,
};

typedef struct {
  /* Protected by the object lock. */
  gchar *name;
  GstElement *provider;  /* owned by the bin */
  GPtrArray *stand_ins;  /* of GstVowelProviderElement, which are in the bin */
  GHashTable *forwarded; /* property name -> GValue, what was set on the bin */
} GstVowelProviderBinPrivate;

static GstChildProxyInterface *parent_child_proxy;

static void child_proxy_init (GstChildProxyInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelProviderBin, gst_vowel_provider_bin,
    GST_TYPE_BIN,
    G_ADD_PRIVATE (GstVowelProviderBin)
        G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, child_proxy_init)
            GST_DEBUG_CATEGORY_INIT (gst_vowel_provider_bin_debug,
                "vowelproviderbin", 0, "vowel-gst provider bins"))

#define PRIV(self)                                                             \
  ((GstVowelProviderBinPrivate *)                                              \
          gst_vowel_provider_bin_get_instance_private (self))

static void
value_free (gpointer data)
{
  GValue *value = data;

  g_value_unset (value);
  g_free (value);
}

static GValue *
value_copy (const GValue *value)
{
  GValue *copy = g_new0 (GValue, 1);

  g_value_init (copy, G_VALUE_TYPE (value));
  g_value_copy (value, copy);
  return copy;
}

/* Sets on @to what somebody had set on @from and both know. */
static void
carry_over (GstElement *from, GstElement *to)
{
  guint n;
  g_autofree GParamSpec **pspecs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (from), &n);

  for (guint i = 0; i < n; i++) {
    GParamSpec *target =
        g_object_class_find_property (G_OBJECT_GET_CLASS (to), pspecs[i]->name);
    g_auto (GValue) value = G_VALUE_INIT;

    if (target == NULL || pspecs[i]->owner_type == GST_TYPE_OBJECT
        || (pspecs[i]->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE
        || (target->flags & G_PARAM_WRITABLE) == 0
        || (target->flags & G_PARAM_CONSTRUCT_ONLY) != 0
        || target->value_type != pspecs[i]->value_type)
      continue;
    g_value_init (&value, pspecs[i]->value_type);
    g_object_get_property (G_OBJECT (from), pspecs[i]->name, &value);
    if (!g_param_value_defaults (pspecs[i], &value))
      g_object_set_property (G_OBJECT (to), pspecs[i]->name, &value);
  }
}

/* A stand-in does not know the other vendor's names, and says only what it is
 * given to say. */
static gboolean
concerns_stand_ins (const gchar *property)
{
  static const gchar *const own[] = {"model", "voice", "text", NULL};

  return !g_strv_contains (own, property);
}

static void
forward (GstElement *provider, const gchar *property, const GValue *value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (provider), property))
    g_object_set_property (G_OBJECT (provider), property, value);
}

static void
apply_forwarded (
    GstVowelProviderBin *self, GstElement *provider, gboolean stand_in)
{
  GstVowelProviderBinPrivate *priv = PRIV (self);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, priv->forwarded);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (!stand_in || concerns_stand_ins (name))
      forward (provider, name, value);
  }
}

static void
remove_stand_ins (GstVowelProviderBin *self)
{
  GstVowelProviderBinPrivate *priv = PRIV (self);
  g_autoptr (GPtrArray) stand_ins = NULL;

  GST_OBJECT_LOCK (self);
  stand_ins = g_steal_pointer (&priv->stand_ins);
  priv->stand_ins = g_ptr_array_new_with_free_func (gst_object_unref);
  GST_OBJECT_UNLOCK (self);
  for (guint i = 0; i < stand_ins->len; i++) {
    gst_element_set_state (g_ptr_array_index (stand_ins, i), GST_STATE_NULL);
    gst_bin_remove (GST_BIN_CAST (self), g_ptr_array_index (stand_ins, i));
  }
}

/* (transfer full) (nullable): the one that was there */
static GstElement *
take_provider (GstVowelProviderBin *self)
{
  GstVowelProviderBinPrivate *priv = PRIV (self);
  GstVowelProviderBinClass *klass = GST_VOWEL_PROVIDER_BIN_GET_CLASS (self);
  GstElement *provider;

  remove_stand_ins (self);

  GST_OBJECT_LOCK (self);
  provider = priv->provider;
  if (provider != NULL)
    gst_object_ref (provider);
  GST_OBJECT_UNLOCK (self);
  if (provider == NULL)
    return NULL;

  if (klass->provider_removed != NULL)
    klass->provider_removed (self, provider);
  if (GST_VOWEL_IS_PROVIDER_ELEMENT (provider))
    gst_vowel_provider_element_set_stand_ins (
        GST_VOWEL_PROVIDER_ELEMENT (provider), NULL, NULL);
  GST_OBJECT_LOCK (self);
  priv->provider = NULL;
  GST_OBJECT_UNLOCK (self);
  gst_element_set_state (provider, GST_STATE_NULL);
  gst_bin_remove (GST_BIN_CAST (self), provider);
  return provider;
}

/* (transfer full) (nullable): at least one name */
static GStrv
split_name (GstVowelProviderBin *self, GError **error)
{
  g_auto (GStrv) names = NULL;

  GST_OBJECT_LOCK (self);
  names = g_strsplit (PRIV (self)->name, ",", MAX_PROVIDERS);
  GST_OBJECT_UNLOCK (self);
  for (guint i = 0; names[i] != NULL; i++) {
    if (*g_strstrip (names[i]) != '\0')
      continue;
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
        "The property \"provider\" is a list with nothing between two commas "
        "or at an end: \"%s\"",
        PRIV (self)->name);
    return NULL;
  }
  return g_steal_pointer (&names);
}

/* (transfer floating) (nullable) */
static GstElement *
make_stand_in (
    GstVowelProviderBin *self, const gchar *name, guint number, GError **error)
{
  GstVowelProviderKind kind = GST_VOWEL_PROVIDER_BIN_GET_CLASS (self)->kind;
  g_autofree gchar *child = g_strdup_printf ("%s-%u", PROVIDER_CHILD, number);
  GstElement *element = gst_vowel_provider_make (kind, name, child, error);

  if (element == NULL)
    return NULL;
  if (!GST_VOWEL_IS_PROVIDER_ELEMENT (element)
      || !GST_VOWEL_IS_PROVIDER_ELEMENT (PRIV (self)->provider)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "\"%s\" cannot be one of several providers: its element has another "
        "base class",
        name);
    gst_object_unref (gst_object_ref_sink (element));
    return NULL;
  }
  /* It ends no stream. */
  GST_OBJECT_FLAG_UNSET (element, GST_ELEMENT_FLAG_SINK);
  return element;
}

/* @names: all of the list. Application thread. */
static gboolean
add_stand_ins (GstVowelProviderBin *self, GStrv names, GError **error)
{
  GstVowelProviderBinPrivate *priv = PRIV (self);

  for (guint i = 1; names[i] != NULL; i++) {
    GstElement *element = make_stand_in (self, names[i], i, error);

    if (element == NULL)
      return FALSE;
    GST_DEBUG_OBJECT (self, "stand-in %s: %" GST_PTR_FORMAT, names[i], element);
    apply_forwarded (self, element, TRUE);
    GST_OBJECT_LOCK (self);
    g_ptr_array_add (priv->stand_ins, gst_object_ref (element));
    GST_OBJECT_UNLOCK (self);
    gst_bin_add (GST_BIN_CAST (self), element);
  }
  return priv->stand_ins->len == 0
         || gst_vowel_provider_element_set_stand_ins (
             GST_VOWEL_PROVIDER_ELEMENT (priv->provider), priv->stand_ins,
             error);
}

/* Makes the provider.  Application thread. */
static gboolean
ensure_provider (
    GstVowelProviderBin *self, GstElement *predecessor, GError **error)
{
  GstVowelProviderBinPrivate *priv = PRIV (self);
  GstVowelProviderBinClass *klass = GST_VOWEL_PROVIDER_BIN_GET_CLASS (self);
  g_autoptr (GstElement) unlinked = NULL;
  g_auto (GStrv) names = NULL;
  const gchar *name;
  GstElement *provider;

  if (priv->provider != NULL)
    return TRUE;

  names = split_name (self, error);
  if (names == NULL)
    return FALSE;
  name = names[0];
  provider = gst_vowel_provider_make (klass->kind, name, PROVIDER_CHILD, error);
  if (provider == NULL)
    return FALSE;

  GST_DEBUG_OBJECT (self, "provider %s: %" GST_PTR_FORMAT, name, provider);
  if (predecessor != NULL)
    carry_over (predecessor, provider);
  apply_forwarded (self, provider, FALSE);
  /* Before it is added: "child-added" handlers look it up by name. */
  GST_OBJECT_LOCK (self);
  priv->provider = provider;
  GST_OBJECT_UNLOCK (self);
  gst_bin_add (GST_BIN_CAST (self), provider);
  if (klass->provider_added == NULL || klass->provider_added (self, provider)) {
    if (add_stand_ins (self, names, error))
      return TRUE;
  } else {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_PAD,
        "The provider \"%s\" does not have the pads that this element needs",
        gst_vowel_provider_get_name (provider, klass->kind));
  }
  /* It does not stay: whoever asks again gets the same answer. */
  unlinked = take_provider (self);
  return FALSE;
}

static void
set_provider_name (GstVowelProviderBin *self, const gchar *name)
{
  GstVowelProviderBinPrivate *priv = PRIV (self);
  gboolean same;

  if (name == NULL || *name == '\0')
    name = DEFAULT_PROVIDER;

  GST_OBJECT_LOCK (self);
  if (GST_STATE (self) > GST_STATE_NULL) {
    GST_OBJECT_UNLOCK (self);
    GST_ELEMENT_WARNING (self, LIBRARY, SETTINGS,
        ("The property \"provider\" can only be set in state NULL."),
        ("still using \"%s\", not \"%s\"", priv->name, name));
    return;
  }
  same = g_str_equal (priv->name, name);
  g_free (priv->name);
  priv->name = g_strdup (name);
  GST_OBJECT_UNLOCK (self);

  if (!same && priv->provider != NULL) {
    g_autoptr (GstElement) old = take_provider (self);
    g_autoptr (GError) error = NULL;

    /* A wrong name is reported on the way to READY, when somebody listens. */
    if (!ensure_provider (self, old, &error))
      GST_INFO_OBJECT (self, "%s", error->message);
  }
}

static void
gst_vowel_provider_bin_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstVowelProviderBin *self = GST_VOWEL_PROVIDER_BIN (object);

  switch (id) {
    case PROP_PROVIDER:
      set_provider_name (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_vowel_provider_bin_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstVowelProviderBinPrivate *priv = PRIV (GST_VOWEL_PROVIDER_BIN (object));

  switch (id) {
    case PROP_PROVIDER:
      GST_OBJECT_LOCK (object);
      g_value_set_string (value, priv->name);
      GST_OBJECT_UNLOCK (object);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_vowel_provider_bin_finalize (GObject *object)
{
  GstVowelProviderBinPrivate *priv = PRIV (GST_VOWEL_PROVIDER_BIN (object));

  g_clear_pointer (&priv->name, g_free);
  g_clear_pointer (&priv->forwarded, g_hash_table_unref);
  g_clear_pointer (&priv->stand_ins, g_ptr_array_unref);
  G_OBJECT_CLASS (gst_vowel_provider_bin_parent_class)->finalize (object);
}

static void
gst_vowel_provider_bin_element_removed (GstBin *bin, GstElement *child)
{
  GstVowelProviderBinPrivate *priv = PRIV (GST_VOWEL_PROVIDER_BIN (bin));

  GST_OBJECT_LOCK (bin);
  if (priv->provider == child)
    priv->provider = NULL;
  GST_OBJECT_UNLOCK (bin);
}

static GstStateChangeReturn
gst_vowel_provider_bin_change_state (
    GstElement *element, GstStateChange transition)
{
  GstVowelProviderBin *self = GST_VOWEL_PROVIDER_BIN (element);

  if (transition == GST_STATE_CHANGE_NULL_TO_READY
      && gst_vowel_provider_bin_get_provider (self) == NULL)
    return GST_STATE_CHANGE_FAILURE;
  /* Stand-ins may be at work for it until it has stopped. */
  if (transition == GST_STATE_CHANGE_READY_TO_NULL
      && PRIV (self)->provider != NULL)
    gst_element_set_state (PRIV (self)->provider, GST_STATE_NULL);
  return GST_ELEMENT_CLASS (gst_vowel_provider_bin_parent_class)
      ->change_state (element, transition);
}

static void
gst_vowel_provider_bin_class_init (GstVowelProviderBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBinClass *bin_class = GST_BIN_CLASS (klass);

  object_class->set_property = gst_vowel_provider_bin_set_property;
  object_class->get_property = gst_vowel_provider_bin_get_property;
  object_class->finalize = gst_vowel_provider_bin_finalize;
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_vowel_provider_bin_change_state);
  bin_class->element_removed =
      GST_DEBUG_FUNCPTR (gst_vowel_provider_bin_element_removed);

  /**
   * GstVowelProviderBin:provider:
   *
   * Which provider to use: its name (`flite`) or that of its element
   * (`flitetts`); `auto` for the best ranked that is installed. An unknown name
   * is an error that lists those installed. The provider's own properties are
   * reached as `provider::name`.
   *
   * Of several, separated by commas, the first is used, and the others in their
   * order where it fails before its first output: for one utterance, one
   * request or one sentence. Their properties are reached as
   * `provider-1::name`, `provider-2::name` and so on.
   */
  g_object_class_install_property (object_class, PROP_PROVIDER,
      g_param_spec_string ("provider", "Provider",
          "Name of the provider or of its element; auto for the best ranked "
          "one that is installed. Its properties are set as provider::name. "
          "Of several, separated by commas, each is asked where those before "
          "it fail; properties: provider-1::name, …",
          DEFAULT_PROVIDER,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_PROVIDER_BIN, 0);
}

static void
gst_vowel_provider_bin_init (GstVowelProviderBin *self)
{
  GstVowelProviderBinPrivate *priv = PRIV (self);

  priv->name = g_strdup (DEFAULT_PROVIDER);
  priv->stand_ins = g_ptr_array_new_with_free_func (gst_object_unref);
  priv->forwarded =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, value_free);
}

static GObject *
get_child_by_name (GstChildProxy *proxy, const gchar *name)
{
  GstVowelProviderBin *self = GST_VOWEL_PROVIDER_BIN (proxy);
  GstVowelProviderBinPrivate *priv = PRIV (self);

  if (g_str_has_prefix (name, PROVIDER_CHILD) && priv->provider == NULL) {
    g_autoptr (GError) error = NULL;

    if (!ensure_provider (self, NULL, &error))
      GST_INFO_OBJECT (self, "%s", error->message);
  }
  return parent_child_proxy->get_child_by_name (proxy, name);
}

static void
child_proxy_init (GstChildProxyInterface *iface)
{
  parent_child_proxy = g_type_interface_peek_parent (iface);
  iface->get_child_by_name = get_child_by_name;
}

/**
 * gst_vowel_provider_bin_get_provider:
 * @bin: a provider bin
 *
 * Makes the provider when that has not happened yet. Application thread.
 *
 * Returns: (transfer none) (nullable): the provider; %NULL after an error,
 *   which has been posted
 */
GstElement *
gst_vowel_provider_bin_get_provider (GstVowelProviderBin *bin)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (GST_VOWEL_IS_PROVIDER_BIN (bin), NULL);

  if (!ensure_provider (bin, NULL, &error)) {
    if (error->domain == GST_CORE_ERROR)
      GST_ELEMENT_ERROR (bin, CORE, PAD, ("%s.", error->message), (NULL));
    else
      GST_ELEMENT_ERROR (
          bin, CORE, MISSING_PLUGIN, ("%s.", error->message), (NULL));
    return NULL;
  }
  return PRIV (bin)->provider;
}

/**
 * gst_vowel_provider_bin_forward_set:
 * @bin: a provider bin
 * @pspec: the bin's property, called as the provider's
 * @value: its value
 *
 * For a bin's set_property: hands @value to the providers now, and to any that
 * is made later; that of `model` and `voice` to the first of a list only.
 */
void
gst_vowel_provider_bin_forward_set (
    GstVowelProviderBin *bin, GParamSpec *pspec, const GValue *value)
{
  GstVowelProviderBinPrivate *priv;
  g_autoptr (GPtrArray) providers =
      g_ptr_array_new_with_free_func (gst_object_unref);

  g_return_if_fail (GST_VOWEL_IS_PROVIDER_BIN (bin));

  priv = PRIV (bin);
  GST_OBJECT_LOCK (bin);
  g_hash_table_replace (
      priv->forwarded, (gpointer) pspec->name, value_copy (value));
  if (priv->provider != NULL)
    g_ptr_array_add (providers, gst_object_ref (priv->provider));
  for (guint i = 0;
       i < priv->stand_ins->len && concerns_stand_ins (pspec->name); i++)
    g_ptr_array_add (
        providers, gst_object_ref (g_ptr_array_index (priv->stand_ins, i)));
  GST_OBJECT_UNLOCK (bin);

  for (guint i = 0; i < providers->len; i++)
    forward (g_ptr_array_index (providers, i), pspec->name, value);
}

/**
 * gst_vowel_provider_bin_forward_get:
 * @bin: a provider bin
 * @pspec: the bin's property, called as the provider's
 * @value: initialised to the property's type
 *
 * For a bin's get_property: the provider's value, or what it will be told when
 * it is made.
 */
void
gst_vowel_provider_bin_forward_get (
    GstVowelProviderBin *bin, GParamSpec *pspec, GValue *value)
{
  GstVowelProviderBinPrivate *priv;
  g_autoptr (GstElement) provider = NULL;
  const GValue *stored;

  g_return_if_fail (GST_VOWEL_IS_PROVIDER_BIN (bin));

  priv = PRIV (bin);
  GST_OBJECT_LOCK (bin);
  stored = g_hash_table_lookup (priv->forwarded, pspec->name);
  if (stored != NULL)
    g_value_copy (stored, value);
  else
    g_param_value_set_default (pspec, value);
  if (priv->provider != NULL)
    provider = gst_object_ref (priv->provider);
  GST_OBJECT_UNLOCK (bin);

  if (provider != NULL
      && g_object_class_find_property (
          G_OBJECT_GET_CLASS (provider), pspec->name))
    g_object_get_property (G_OBJECT (provider), pspec->name, value);
}
