using ModelHub.Router.Exposing;
using ModelHub.Router.Predicting;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>Who looks at a request once its caller has the answer; none of them makes it wait.</summary>
internal sealed class Observe(SamplePredictions predictions, TellExposures exposures)
{
    /// <summary>Whatever became of it: an arm that fails was dealt all the same.</summary>
    /// <param name="answeredBy">null without an answer</param>
    public void Dealt(RoutedEndpoint endpoint, Variant? answeredBy, Exchange exchange) => exposures.Offer(endpoint, answeredBy, exchange);

    public void Answered(RoutedEndpoint endpoint, Variant variant, Exchange exchange) => predictions.Offer(endpoint, variant, exchange);
}
