//! What a commit, a message, a reference update, a push, a received push and an audit mean: the steps
//! from a trigger to a verdict. The command line only reads arguments and calls these.

pub(crate) mod audit;
pub(crate) mod background;
pub(crate) mod candidate;
pub(crate) mod commit;
pub(crate) mod commit_message;
pub(crate) mod deadline;
pub(crate) mod decision;
pub(crate) mod detected;
pub(crate) mod fix_run;
pub(crate) mod gate_run;
pub(crate) mod led_away;
pub(crate) mod prepare_message;
pub(crate) mod prepared_run;
pub(crate) mod protected_branch;
pub(crate) mod published_unchecked;
pub(crate) mod push;
pub(crate) mod receipt_store;
pub(crate) mod receipt_writer;
pub(crate) mod receive;
pub(crate) mod received_gates;
pub(crate) mod record;
pub(crate) mod ref_update;
pub(crate) mod reported_runs;
pub(crate) mod reporting;
pub(crate) mod request;
pub(crate) mod rewrite_messages;
pub(crate) mod self_path;
pub(crate) mod skip_notice;
mod split_commit;
pub(crate) mod trial;
pub(crate) mod trusted_history;
pub(crate) mod ungated_branch;
pub(crate) mod ungated_commits;
pub(crate) mod versions;
