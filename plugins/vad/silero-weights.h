/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "silero.h"

G_BEGIN_DECLS

/**
 * vad_silero_weights_find:
 * @model: (nullable): a file that the user named
 *
 * Loads the weights from @model, or else the file that VOWEL_SILERO_MODEL
 * names, or else models/silero_vad.onnx in the folder VOWEL_DATA_DIR or in the
 * installed data folder.  A file that was named is not replaced by another:
 * when it cannot be read, that is the error.
 */
VadSileroModel *vad_silero_weights_find (const gchar *model, GError **error);

G_END_DECLS
