/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "plan.h"

G_BEGIN_DECLS

void vowel_plan_free (VowelPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelPlan, vowel_plan_free)
/* @list: (transfer full) (element-type VowelPlan), at least one */
VowelPlans *vowel_plans_new (GPtrArray *list);

G_END_DECLS
