const forwards = 'forwards: [end-user, x-request-id, user-agent, cookie, authorization, jwt]';

/**
 * Istio's Bookinfo as data, in the very form that a user's own app file has (`app: my-app.yaml`).
 *
 * Sources: istio/istio samples/bookinfo/src. productpage.py: details then reviews, never in parallel; 3 s timeout
 * each; reviews is tried twice without a pause, anything but 200 counts; the page is always 200 with the error in its
 * body. Its API (productRoute, reviewsRoute, ratingsRoute) answers with the status that it got, 500 where none came. LibertyRestEndpoint.java: v1 does not call ratings, v2 does with black stars and 10 s, v3 with red stars and
 * 2.5 s; answers 200 even when ratings fail. Service times are not published: those below are chosen so that
 * productpage 10-15 ms > reviews v2/v3 5-10 ms > reviews v1 3-5 ms > details, ratings 1-2 ms.
 */
export const bookinfoApp = `apiVersion: meshshift/v1alpha1
kind: App
metadata:
  name: bookinfo
spec:
  workloads:
    - name: productpage
      match: { app: productpage }
      cpu: 8ms
      script:
        - work: { dist: lognormal, p50: 6ms, p99: 14ms }
        - call: { host: details, path: /details/0, timeout: 3s, tries: 1, onFailure: body, ${forwards} }
        - call: { host: reviews, path: /reviews/0, timeout: 3s, tries: 2, onFailure: body, ${forwards} }
        - work: { dist: lognormal, p50: 6ms, p99: 14ms }
      paths:
        - path: /api/v1/products
          script: [{ work: { dist: lognormal, p50: 6ms, p99: 14ms } }]
        - path: /api/v1/products/*
          script: [{ call: { host: details, path: /details/0, timeout: 3s, tries: 1, onFailure: answer, ${forwards} } }]
        - path: /api/v1/products/*/reviews
          script: [{ call: { host: reviews, path: /reviews/0, timeout: 3s, tries: 2, onFailure: answer, ${forwards} } }]
        - path: /api/v1/products/*/ratings
          script: [{ call: { host: ratings, path: /ratings/0, timeout: 3s, tries: 1, onFailure: answer, ${forwards} } }]
    - name: details
      match: { app: details }
      cpu: 1ms
      script:
        - work: { dist: lognormal, p50: 1.5ms, p99: 5ms }
    - name: reviews-v1
      match: { app: reviews, version: v1 }
      stars: none
      cpu: 2ms
      script:
        - work: { dist: lognormal, p50: 4ms, p99: 12ms }
    - name: reviews-v2
      match: { app: reviews, version: v2 }
      stars: black
      cpu: 3ms
      script:
        - work: { dist: lognormal, p50: 3ms, p99: 10ms }
        - call: { host: ratings, path: /ratings/0, timeout: 10s, tries: 1, onFailure: body, ${forwards} }
        - work: { dist: lognormal, p50: 3ms, p99: 10ms }
    - name: reviews-v3
      match: { app: reviews, version: v3 }
      stars: red
      cpu: 3ms
      script:
        - work: { dist: lognormal, p50: 3ms, p99: 10ms }
        - call: { host: ratings, path: /ratings/0, timeout: 2.5s, tries: 1, onFailure: body, ${forwards} }
        - work: { dist: lognormal, p50: 3ms, p99: 10ms }
    - name: ratings
      match: { app: ratings }
      cpu: 1ms
      script:
        - work: { dist: lognormal, p50: 1.5ms, p99: 5ms }
`;
