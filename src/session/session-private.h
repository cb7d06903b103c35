/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "conversation.h"
#include "filler.h"
#include "floor.h"
#include "greeting.h"
#include "language-tracker.h"
#include "output-pacer.h"
#include "participant.h"
#include "playout-clock.h"
#include "prepared-answer.h"
#include "response-queue.h"
#include "response-writer.h"
#include "session.h"
#include "tool-router.h"
#include "transcript-filter.h"
#include "turn-controller.h"
#include "usage-ledger.h"

G_BEGIN_DECLS

/* What the engine still owes a response that it generates. */
typedef enum {
  VOWEL_AWAITED_TEXT = 1 << 0,
  VOWEL_AWAITED_VOICE = 1 << 1,
} VowelAwaited;

/**
 * VowelActiveResponse:
 *
 * A response that is not done, with what its generation needs.
 */
typedef struct {
  VowelSession *session; /* borrowed */
  VowelResponseWriter *writer;
  VowelParticipant *requester; /* (nullable): the session itself */
  gchar *instructions;
  gchar *told; /* (nullable): what the model is told of these */
  GPtrArray *
      tools; /* (nullable) (element-type VowelTool): instead of the session's */
  GPtrArray *delegated; /* (nullable) (element-type VowelTool): a sub-agent's */
  gchar *tool_choice;
  gboolean parallel_tool_calls;
  GPtrArray *input;    /* (nullable) (element-type VowelItem) */
  gchar *hint;         /* (nullable): said to the model, not kept */
  gchar *script;       /* (nullable): said word for word, by no model */
  gchar *asked;        /* (nullable): the item to forget with its failure */
  gboolean generating; /* the engine has it */
  gboolean generated;  /* and its model has finished */
  gboolean has_words;  /* that are to be said */
  GError *regret;      /* (nullable): for which the caller hears an apology */
  gchar *regret_code;  /* (nullable) */
  gboolean repeatable; /* asked for without any wishes of its own */
  guint n_calls;
  guint n_refused;    /* calls of tools that nobody has */
  guint chain;        /* responses in a row that nobody asked for */
  guint input_tokens; /* our guess, once it is generating */
  guint fixed_tokens; /* of these, instructions and tools */
  VowelAwaited awaited;
  gint64 reported_us; /* the engine's last sign of life */
  guint watchdog;
} VowelActiveResponse;

typedef struct _VowelSummary VowelSummary;

/* All fields belong to the thread that owns the session. */
struct _VowelSession {
  GObject parent;

  gchar *id;
  gchar *conversation_id;
  VowelSessionConfig *config;
  VowelEngine *engine;
  VowelClock *clock;

  VowelInputFunc input_func; /* (nullable) */
  gpointer input_data;

  /* life */
  gboolean started;
  gboolean announced; /* everybody knows */
  gboolean ending;
  gboolean ended; /* nothing is emitted any more */
  gint64 start_us;
  guint64 sequence;
  guint max_duration_ms;
  gint64 expires_at;
  guint expiry_timer;
  guint idle_timeout_ms;
  guint hibernate_ms;
  VowelBehaviours *behaviours;
  VowelGreeting *greeting;
  gchar *first_item_id;  /* (nullable): of what was said first */
  gboolean first_untold; /* it was interrupted before anybody heard of it */
  guint guard_timer;     /* until that may be interrupted */
  guint n_silences;      /* in a row */
  VowelTranscriptFilter *transcript_filter; /* (nullable) */
  VowelLanguageTracker *languages;          /* (nullable) */
  gchar *initial_voice; /* that a client or the server chose */
  gint64 busy_until;    /* clock time: the caller is there until then */
  guint idle_timer;
  guint hibernation_timer;
  gboolean hibernates;
  VowelSessionPartingFunc parting; /* (nullable): not asked yet */
  gpointer parting_data;
  gboolean is_parting; /* somebody ends it */
  VowelTimerFunc drain_func;
  gpointer drain_data;
  gboolean draining;
  GPtrArray *participants; /* (element-type VowelParticipant) */
  GPtrArray *gone; /* handles that have left, until the session is freed */
  VowelFloor *floor;
  VowelParticipant *backend; /* owner of tools that any server executes */
  guint linger_ms;
  guint linger_timer;

  VowelConversation *conversation;
  VowelUsageLedger *usage;
  VowelToolRouter *router;
  VowelPlayoutClock *playout;
  VowelOutputPacer *pacer;
  VowelTurnController *turns;
  VowelTurnJudge *judge; /* (nullable) */
  guint64 judging;       /* the question that it asks; 0: none */

  /* input */
  gint64 format_us;       /* audio before the last change of format */
  guint64 format_bytes;   /* since then */
  gint64 buffer_start_us; /* what no turn has taken yet begins here */
  guint8 odd_byte;        /* half a sample */
  gboolean has_odd_byte;
  gdouble confidence; /* of the transcript that is being told */
  gboolean has_confidence;
  gchar *heard_language;   /* (nullable): likewise, by the recogniser */
  GHashTable *transcripts; /* item id to what was told of its transcript */

  /* recordings in items, on their way to text */
  guint64 n_recordings;
  GHashTable *recordings; /* number to Recording */

  /* the model's context */
  guint context_tokens;      /* what fits into it; 0: anything */
  GHashTable *auxiliaries;   /* (nullable): generation to Auxiliary */
  gboolean summaries;        /* of what fits no more */
  gchar *summary;            /* (nullable) */
  VowelSummary *summarising; /* (nullable): under way */

  /* what fills the time until somebody speaks */
  VowelFiller *filler;
  VowelResponseWriter *filling; /* (nullable): it is heard */
  gboolean is_acknowledged;     /* something was said to the caller's words */
  GHashTable *filler_sounds;    /* what is spoken how, to its sound */
  guint64 n_speeches;
  GHashTable *speeches; /* number to Sentence: not spoken yet */
  GQueue filler_items;  /* ids that clients know */

  /* responses */
  guint64 generation;
  GPtrArray *active; /* (element-type VowelActiveResponse) */
  VowelRateLimits rate_limits;
  VowelPreparedAnswer *prepared; /* (nullable): for a turn that may end */
  VowelPreparedAnswer *due;      /* (nullable): asked for, to be told now */
  gboolean prepared_holds;       /* the voice: enough is prepared */
  VowelSpeculations speculations;
  gboolean respond_queued; /* as soon as the running one is done */
  VowelResponseQueue *queue;
  GPtrArray *subagents;        /* (element-type Subagent): at work */
  GHashTable *subagent_calls;  /* set of call ids that they have used */
  GHashTable *abandoned_calls; /* set of call ids: of theirs */
  guint delegations;           /* answers of theirs in a row */
  gchar *answering; /* (nullable): response of which some calls are answered */
  gchar *apology;   /* (nullable): for a model that fails */
  gboolean has_responded;
  gboolean has_spoken;
};

/* session.c */
void vowel_session_emit (VowelSession *session, VowelEvent *event);
void vowel_session_emit_to (
    VowelSession *session, VowelParticipant *participant, VowelEvent *event);
void vowel_session_emit_item (
    VowelSession *session, VowelEventType type, VowelItem *item);
gboolean vowel_session_check (VowelSession *session,
    VowelParticipant *participant, VowelRight right, GError **error);
void vowel_session_drained (VowelSession *session);
/* The clock ends the session: TRUE when somebody else does. */
gboolean vowel_session_part (VowelSession *session, VowelEndReason reason);

gboolean vowel_session_check_tools (GPtrArray *tools, GError **error);

/* session-participants.c */
/* Of two tools with one name the higher one counts. */
typedef enum {
  VOWEL_TOOL_RANK_DECLARED, /* before somebody who executes it was there */
  VOWEL_TOOL_RANK_SERVER,
  VOWEL_TOOL_RANK_CLIENT,
} VowelToolRank;

#define VOWEL_SERVER_TOOL_TIMEOUT_MS 30000

void vowel_session_init_participants (VowelSession *session);
guint vowel_session_count (VowelSession *session, VowelParticipantRole role);

/* session-behaviours.c */
/* (transfer full): what the model is told of @instructions. @delegates: what is
 * said about tools is for a sub-agent */
gchar *vowel_session_dup_instructions (VowelSession *session,
    const gchar *instructions, gboolean spoken, gboolean has_tools,
    gboolean delegates);

/* (transfer full): what a final transcript of the caller counts as */
gchar *vowel_session_filter_transcript (
    VowelSession *session, const gchar *text);

/* A response begins: where it answers what the caller has said last, and that
 * is to be forgotten with its failure, it is noted. */
void vowel_session_note_asked (
    VowelSession *session, VowelActiveResponse *active);
/* That, of a response that is over, when the model has failed at it before a
 * word. (transfer full) (nullable) */
gchar *vowel_active_response_steal_unanswered (VowelActiveResponse *active);

/* session-language.c */
/* The caller has said that. */
void vowel_session_hear_language (VowelSession *session, const gchar *text);
/* The configuration has changed from @before. */
void vowel_session_language_configured (
    VowelSession *session, const VowelSessionConfig *before);
/* An answer is spoken by it. */
void vowel_session_note_voice (VowelSession *session, const gchar *voice);

/* session-filler.c */
void vowel_session_init_filler (VowelSession *session);
void vowel_session_clear_filler (VowelSession *session);
/* The caller waits for speech. */
void vowel_session_await_voice (VowelSession *session);
void vowel_session_filler_response_done (
    VowelSession *session, VowelResponse *response);
/* (transfer full) (nullable): whoever takes it ends it. */
VowelResponseWriter *vowel_session_take_filler (VowelSession *session);
/* @response_id: (nullable): whichever. FALSE: it is none. */
gboolean vowel_session_cancel_filler (VowelSession *session,
    const gchar *response_id, VowelResponseReason reason);
/* FALSE: it is no such item. */
gboolean vowel_session_truncate_filler (
    VowelSession *session, const gchar *item_id, guint audio_end_ms);
/* @audio: (nullable): it could not be spoken */
void vowel_session_spoken (
    VowelSession *session, guint64 number, GBytes *audio);

/* session-greeting.c */
void vowel_session_init_greeting (VowelSession *session);
/* What there is to greet with may have changed. */
void vowel_session_update_greeting (VowelSession *session);
/* The session has started, or somebody has joined it. */
void vowel_session_expect_ready (VowelSession *session);

/* session-items.c: with its events, at the end, not counted against limits */
void vowel_session_append_item (VowelSession *session, VowelItem *item);
/* Takes an item out of the conversation. @item_id: copied first */
gboolean vowel_session_remove_item (
    VowelSession *session, const gchar *item_id, GError **error);

/* session-input.c */
void vowel_session_init_input (VowelSession *session);
/* As vowel_turn_controller_configure(). */
gboolean vowel_session_apply_turn_detection (VowelSession *session);
gint64 vowel_session_get_input_us (VowelSession *session);
void vowel_session_input_format_changed (
    VowelSession *session, const VowelAudioFormat *before);

/* session-context.c */
/* Tokens that a conversation may have beside what is always said; 0: any. */
guint vowel_session_get_context_limit (
    VowelSession *session, guint fixed_tokens);
/* (transfer full) (element-type VowelItem): what the model is given of @input,
 * or (NULL) of the conversation, with @hint (nullable) at the end. Drops what
 * does not fit, or fails where that is not allowed. */
GPtrArray *vowel_session_make_context (VowelSession *session, GPtrArray *input,
    const gchar *hint, guint fixed_tokens, GError **error);
/* (transfer full) (element-type VowelItem): of the conversation as it will be
 * when @next has been said. Nothing changes. */
GPtrArray *vowel_session_foresee_context (
    VowelSession *session, VowelItem *next, guint fixed_tokens, GError **error);

/* session-auxiliary.c */
#define VOWEL_AUXILIARY_TURNS "turns"
#define VOWEL_AUXILIARY_SUBAGENT "subagent"
typedef void (*VowelAuxiliaryCallFunc) (VowelSession *session,
    guint64 generation, const gchar *call_id, const gchar *name,
    const gchar *arguments);
/* Whether the engine's model (@model: NULL) or another one is asked, and how
 * long its answer is waited for. @temperature: negative: the model's default */
typedef struct {
  const gchar *model;
  const gchar *instructions;
  GPtrArray *items;                 /* (element-type VowelItem) */
  GPtrArray *tools;                 /* (nullable) (element-type VowelTool) */
  const gchar *tool_choice;         /* (nullable): none */
  VowelAuxiliaryCallFunc call_func; /* (nullable) */
  guint max_output_tokens;
  gdouble temperature;
  guint timeout_ms;
} VowelAuxiliaryQuestion;
/* @text: (nullable): there is no answer */
typedef void (*VowelAuxiliaryFunc) (
    VowelSession *session, guint64 generation, const gchar *text);
/* Returns the generation; @func is called once, not from inside. */
guint64 vowel_session_ask (VowelSession *session,
    const VowelAuxiliaryQuestion *question, VowelAuxiliaryFunc func);
/* Nobody wants to know any more. */
void vowel_session_unask (VowelSession *session, guint64 generation);
void vowel_session_clear_auxiliaries (VowelSession *session);
/* The engine's reports: FALSE when they are not about such a question. */
gboolean vowel_session_auxiliary_text (
    VowelSession *session, guint64 generation, const gchar *delta);
gboolean vowel_session_auxiliary_tool_call (VowelSession *session,
    guint64 generation, const gchar *call_id, const gchar *name,
    const gchar *arguments);
gboolean vowel_session_auxiliary_generated (
    VowelSession *session, guint64 generation, const VowelUsage *usage);
gboolean vowel_session_auxiliary_failed (
    VowelSession *session, guint64 generation);

/* session-subagent.c */
void vowel_session_init_subagents (VowelSession *session);
void vowel_session_clear_subagents (VowelSession *session);
/* Whether the response's model has its tools used by a sub-agent. */
gboolean vowel_session_delegates (
    VowelSession *session, VowelActiveResponse *active);
/* (transfer full) (element-type VowelTool): what it is given instead of @tools;
 * nothing when it has been told often enough */
GPtrArray *vowel_session_make_delegating_tools (
    VowelSession *session, GPtrArray *tools);
const gchar *vowel_session_get_delegating_choice (
    VowelSession *session, const gchar *tool_choice);
/* The model has made a call: its output, and an answer, follow. FALSE: it is no
 * call of the sub-agent, or one too many. */
gboolean vowel_session_delegate (
    VowelSession *session, VowelActiveResponse *active, VowelItem *call);
gboolean vowel_session_is_delegating (VowelSession *session);
/* @response_id: (nullable): only what that has begun. FALSE: there is nothing.
 * No answer follows. */
gboolean vowel_session_undelegate (
    VowelSession *session, const gchar *response_id);
/* FALSE: it is not for a sub-agent, and never was. Else @output is marked as
 * one that only @participant sees, and is to be given when it was added. */
gboolean vowel_session_claim_output (
    VowelSession *session, VowelParticipant *participant, VowelItem *output);
void vowel_session_give_output (
    VowelSession *session, VowelParticipant *participant, VowelItem *output);
/* Nobody gives it: @text is it. FALSE: it is for no
 * sub-agent. */
gboolean vowel_session_lack_output (
    VowelSession *session, const gchar *call_id, const gchar *text);
/* Whether the request only comes with an output that came too late. */
gboolean vowel_session_pardon (VowelSession *session,
    VowelParticipant *participant, const VowelResponseRequest *request);

/* session-judge.c */
void vowel_session_apply_judge (VowelSession *session);

/* session-summary.c */
/* A response is done: is it time for a summary? */
void vowel_session_summarise (VowelSession *session, guint fixed_tokens);
void vowel_session_clear_summary (VowelSession *session);
/* An item is about to be deleted: it must not live on in a summary. */
void vowel_session_unsummarise (VowelSession *session, const gchar *item_id);

/* session-recordings.c */
void vowel_session_init_recordings (VowelSession *session);
/* Has what is said in an item written down; its transcript follows. */
void vowel_session_transcribe_item (VowelSession *session, VowelItem *item);
/* Whether words of the items (NULL: of the conversation) are still to come. */
gboolean vowel_session_awaits_words (VowelSession *session, GPtrArray *items);
void vowel_session_transcribed (
    VowelSession *session, guint64 recording, const gchar *text);
void vowel_session_recording_failed (VowelSession *session, guint64 recording,
    const gchar *code, const GError *error);

/* session-engine.c */
extern const VowelEngineListener vowel_session_listener;

/* session-idle.c */
/* The caller is there, and will be until @until (clock time). */
void vowel_session_note_caller (VowelSession *session, gint64 until);
void vowel_session_watch_caller (VowelSession *session);
/* @type is about to be told: if that is something happening, the session has
 * slept long enough. */
void vowel_session_awaken (VowelSession *session, VowelEventType type);

/* session-output.c */
void vowel_session_init_output (VowelSession *session);
/* The running response has been made, it only is not all sent yet. */
gboolean vowel_session_is_only_sending (VowelSession *session);
/* (nullable) (transfer full): whoever calls a writer holds a reference. */
VowelResponseWriter *vowel_session_ref_writer (
    VowelSession *session, guint64 generation);
/* The engine's reports. */
void vowel_session_output_text (
    gpointer session, guint64 generation, const gchar *delta);
void vowel_session_output_audio (gpointer session, guint64 generation,
    GBytes *audio, guint text_start, guint text_end, gboolean sentence_end);
void vowel_session_output_generated (gpointer session, guint64 generation,
    VowelFinish finish, const VowelUsage *usage);
void vowel_session_output_audio_ended (gpointer session, guint64 generation);
void vowel_session_output_failed (VowelSession *session, guint64 generation,
    const gchar *code, const GError *error);

/* session-responses.c */
VowelActiveResponse *vowel_session_find_generation (
    VowelSession *session, guint64 generation);
/* (nullable): the one that writes to the conversation */
VowelActiveResponse *vowel_session_get_current (VowelSession *session);
VowelResponse *vowel_active_response_get (VowelActiveResponse *active);
gboolean vowel_active_response_is_spoken (VowelActiveResponse *active);
void vowel_session_init_responses (VowelSession *session);
gboolean vowel_session_may_respond_by_itself (VowelSession *session);
/* With the session's settings and the request's; not part of the session yet.
 * @requester, @request, @hint: (nullable) */
VowelActiveResponse *vowel_active_response_new (VowelSession *session,
    VowelParticipant *requester, const VowelResponseRequest *request,
    const gchar *hint);
void vowel_active_response_free (VowelActiveResponse *active);
/* What the engine is asked for a response. @next: (nullable): as if that had
 * been said, too; then nothing changes in the session. @ret_question: items and
 * tools are the caller's, all else the response's. FALSE: the context does not
 * fit. */
gboolean vowel_session_make_question (VowelSession *session,
    VowelActiveResponse *active, VowelItem *next, VowelGeneration *ret_question,
    GError **error);
void vowel_session_respond_by_itself (VowelSession *session, const gchar *hint);
/* The same with an answer that is known. */
void vowel_session_respond_with (VowelSession *session, const gchar *script);
/* Starts what was waiting for a transcript or for the voice. */
void vowel_session_start_waiting (VowelSession *session);

/* What the queue begins: @requester, @request: (nullable) */
void vowel_session_begin_queued (VowelSession *session,
    VowelParticipant *requester, const VowelResponseRequest *request);

/* session-speculation.c */
/* The turn with the item may end, having said @text. */
void vowel_session_prepare_answer (
    VowelSession *session, const gchar *item_id, const gchar *text);
/* @item_id: (nullable): only what was prepared for it */
void vowel_session_drop_prepared (VowelSession *session, const gchar *item_id);
/* A response is about to be generated. TRUE: that was done, and is to be told
 * by vowel_session_tell_prepared(). What was prepared in vain is dropped. */
gboolean vowel_session_use_prepared (VowelSession *session,
    VowelActiveResponse *active, const VowelGeneration *question);
/* FALSE: nothing is to be told. */
gboolean vowel_session_tell_prepared (VowelSession *session);
/* (nullable): the engine's reports for it are held back there */
VowelPreparedAnswer *vowel_session_find_prepared (
    VowelSession *session, guint64 generation);
/* Audio was added to it. */
void vowel_session_prepared_audio (VowelSession *session);

/* session-queue.c */
void vowel_session_init_queue (VowelSession *session);
/* FALSE: the participant's requests do not wait. */
gboolean vowel_session_queue_request (VowelSession *session,
    VowelParticipant *participant, const VowelResponseRequest *request);
/* A user's item, or committed audio. */
void vowel_session_input_given (
    VowelSession *session, VowelParticipant *participant);
/* The output of a call of this response. */
void vowel_session_output_given (VowelSession *session,
    VowelParticipant *participant, const gchar *response_id);

/* session-interrupt.c */
/* The response ends early: the caller hears what was sent and no more. */
void vowel_session_forget_unsent (
    VowelSession *session, VowelResponseWriter *writer);
/* Speech: TRUE when an answer was taken back of which nothing was heard. */
gboolean vowel_session_interrupt (VowelSession *session);
/* Nothing more of the item is played: what is still to be said of it is not
 * made. Its response goes on without voice. */
void vowel_session_stop_item (VowelSession *session, const gchar *item_id);
void vowel_session_cancel_all (
    VowelSession *session, VowelResponseReason reason);

/* session-first-message.c */
void vowel_session_say_first (VowelSession *session);
/* The response is about to be generated, and has a script. */
void vowel_session_recite (VowelSession *session, VowelActiveResponse *active);
/* It is over. */
void vowel_session_recited (VowelSession *session, VowelActiveResponse *active);
/* What was taken for speech was none: TRUE when it is said again. */
gboolean vowel_session_repeat_first (VowelSession *session);
/* Speech must not interrupt yet; should it go on, it will. */
gboolean vowel_session_guards_first (VowelSession *session);

/* session-apology.c */
/* A generation has failed: TRUE when the caller hears an apology first. */
gboolean vowel_session_apologise (VowelSession *session, guint64 generation,
    const gchar *code, const GError *error);
/* Audio of it is about to be sent: its words go before. */
void vowel_session_word_apology (
    VowelSession *session, VowelActiveResponse *active);

/* session-watchdog.c */
/* The engine has begun to generate. */
void vowel_session_watch (VowelActiveResponse *active, VowelAwaited awaited);
/* The engine has reported something, maybe the last of its kind. */
void vowel_session_reported (
    VowelSession *session, guint64 generation, VowelAwaited settled);

/* session-tools.c */
/* What a model hears that calls anything else. */
#define VOWEL_NO_SUCH_TOOL "{\"error\":\"There is no such tool.\"}"
void vowel_session_init_tools (VowelSession *session);
/* (nullable): who executes it; of @tools only, if these are @requester's
 * (nullable) */
VowelParticipant *vowel_session_find_tool_owner (VowelSession *session,
    VowelParticipant *requester, GPtrArray *tools, const gchar *name);
/* A call begins: from here on it is known whose it is. */
void vowel_session_route_call (
    VowelSession *session, VowelResponse *response, VowelItem *item);
/* A call is complete: who must answer it?  NULL: nobody has that tool.  The
 * response writer's callback. */
VowelParticipant *vowel_session_begin_call (
    gpointer session, VowelResponse *response, VowelItem *call);

G_END_DECLS
