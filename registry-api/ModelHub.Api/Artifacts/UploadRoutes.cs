using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

/// <summary>What begins an upload: bytes that will come and, when known, their digest.</summary>
internal sealed record BeginUpload(long? Size, string? Digest);

internal static class UploadRoutes
{
    public static async Task<IResult> Begin(BeginUpload body, Caller caller, Uploads uploads, WantedArtifacts wanted, ApiOptions options, CancellationToken ct)
    {
        if (body.Size is not { } size || size < 0 || size > options.Limits.ArtifactBytes)
            return Problem.Invalid("size", $"0 to {options.Limits.ArtifactBytes} bytes");
        string? hex = null;
        if (body.Digest is not null)
        {
            if (Digest.Parse("digest", body.Digest).IsRefused(out _, out var digest))
                return Problem.Invalid("digest", "sha256: and 64 lower-case hex digits");
            hex = digest.Hex;
            if (await wanted.SizeAsync(hex, ct) == size)
                return TypedResults.Ok(new { digest = body.Digest, size, deduplicated = true });
        }
        return await uploads.BeginAsync(size, hex, caller.Actor.Value, ct) is { } upload
            ? TypedResults.Created($"/api/v1/artifacts/uploads/{upload.Id}", new { upload = upload.Id, offset = 0 })
            : Problem.Of(StatusCodes.Status429TooManyRequests, "Too many uploads are open.", limit: $"{options.Limits.OpenUploads} uploads");
    }

    public static async Task<IResult> Offset(string id, Caller caller, Uploads uploads, HttpResponse response, CancellationToken ct)
        => Answer(await uploads.OffsetAsync(id, caller.Actor.Value, ct), response);

    public static async Task<IResult> Append(string id, Caller caller, Uploads uploads, HttpContext context, CancellationToken ct)
    {
        var text = context.Request.Headers["Upload-Offset"].ToString();
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return Problem.Invalid("Upload-Offset", "the number of bytes already there");
        Unlimited(context);
        return Answer(await uploads.AppendAsync(id, caller.Actor.Value, offset, context.Request.BodyReader, ct), context.Response);
    }

    public static async Task<IResult> Complete(string id, Caller caller, Uploads uploads, HttpResponse response, CancellationToken ct)
        => Answer(await uploads.CompleteAsync(id, caller.Actor.Value, ct), response);

    public static async Task<IResult> Put(Caller caller, Uploads uploads, ApiOptions options, HttpContext context, CancellationToken ct)
    {
        if (context.Request.ContentLength > options.Limits.ArtifactBytes)
            return Answer(new UploadOutcome.TooLong(options.Limits.ArtifactBytes), context.Response);
        Unlimited(context);
        return Answer(await uploads.PutAsync(context.Request.BodyReader, ct), context.Response);
    }

    // Uploads count their bytes themselves, against what was promised.
    private static void Unlimited(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
    }

    private static IResult Answer(UploadOutcome outcome, HttpResponse response)
    {
        switch (outcome)
        {
            case UploadOutcome.At at:
                response.Headers["Upload-Offset"] = at.Offset.ToString(CultureInfo.InvariantCulture);
                return TypedResults.Ok(new { offset = at.Offset });
            case UploadOutcome.Stored stored:
                return TypedResults.Ok(new { digest = Digest.Prefix + stored.Hex, size = stored.Size, deduplicated = stored.Deduplicated });
            case UploadOutcome.WrongOffset wrong:
                response.Headers["Upload-Offset"] = wrong.Offset.ToString(CultureInfo.InvariantCulture);
                return Problem.Of(409, "The upload is at another offset.", "Upload-Offset", $"{wrong.Offset}", ("offset", wrong.Offset));
            case UploadOutcome.Busy:
                return Problem.Of(409, "Another request writes to this upload.");
            case UploadOutcome.TooLong tooLong:
                return Problem.Of(413, "More bytes than promised or allowed.", "size", $"{tooLong.Limit} bytes");
            case UploadOutcome.Incomplete part:
                return Problem.Of(409, "Bytes are missing.", "size", $"{part.Size} bytes", ("offset", part.Offset));
            case UploadOutcome.WrongDigest wrong:
                return Problem.Of(422, "The bytes have another digest; the upload was removed.", "digest", Digest.Prefix + wrong.Expected, ("actual", Digest.Prefix + wrong.Actual));
            default:
                return Problem.NotFound();
        }
    }
}
