/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "silero-weights.h"

static VadSileroModel *
load_from_folder (const gchar *folder, GError **error)
{
  g_autofree gchar *path =
      g_build_filename (folder, "models", "silero_vad.onnx", NULL);

  return vad_silero_model_get_shared (path, error);
}

VadSileroModel *
vad_silero_weights_find (const gchar *model, GError **error)
{
  const gchar *from_environment = g_getenv ("VOWEL_SILERO_MODEL");
  const gchar *data_dir = g_getenv ("VOWEL_DATA_DIR");
  g_autoptr (GError) missing = NULL;
  VadSileroModel *ret;

  if (model != NULL && *model != '\0')
    return vad_silero_model_get_shared (model, error);
  if (from_environment != NULL && *from_environment != '\0')
    return vad_silero_model_get_shared (from_environment, error);

  if (data_dir != NULL && *data_dir != '\0') {
    ret = load_from_folder (data_dir, &missing);
    if (ret != NULL)
      return ret;
    /* A file that is there but broken is worth saying; a missing one is not,
     * while there is another place to look. */
    if (!g_error_matches (missing, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
      g_propagate_error (error, g_steal_pointer (&missing));
      return NULL;
    }
  }

  return load_from_folder (VOWEL_PKGDATADIR, error);
}
