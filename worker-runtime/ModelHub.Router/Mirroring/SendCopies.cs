using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Mirroring;

/// <summary>Gives the shadows of an endpoint their share of its requests.</summary>
internal static class SendCopies
{
    /// <param name="answeredBy">null when another variant had failed before: its time would count for this one</param>
    public static void Of(RoutedEndpoint endpoint, Exchange exchange, Variant? answeredBy)
    {
        foreach (var shadow in endpoint.Shadows)
            if (exchange.Verb is Verb.Infer or Verb.Predict && MayGet(shadow, answeredBy) && shadow.Sampling.Next())
                shadow.Queue.Offer(exchange, answeredBy);
    }

    /// <summary>
    /// Only what the primary answered is compared. A share of these alone is a fair one: turns of the canary and of copies step around their circles
    /// alike, so that a share of all requests could fall on the canary's again and again.
    /// </summary>
    private static bool MayGet(Shadow shadow, Variant? answeredBy) => !shadow.Queue.Compares || answeredBy is { Route.Role: Protocol.VariantRole.Primary };
}
