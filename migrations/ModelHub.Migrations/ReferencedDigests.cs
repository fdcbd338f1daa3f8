namespace ModelHub.Migrations;

/// <summary>Indexes over digests inside of JSON values and tags: before an artifact is removed, each such place is asked whether it refers to it.</summary>
internal static class ReferencedDigests
{
    public const string Create =
        """
        create index ix_versions_optimised_digest on versions ((optimised->>'digest'));
        create index ix_versions_sample_request_digest on versions ((sample->>'requestDigest'));
        create index ix_versions_sample_answer_digest on versions ((sample->>'answerDigest'));
        create index ix_version_tags_digest on version_tags (value) where value like 'sha256:%'
        """;

    public const string Drop = "drop index if exists ix_versions_optimised_digest, ix_versions_sample_request_digest, ix_versions_sample_answer_digest, ix_version_tags_digest";
}
