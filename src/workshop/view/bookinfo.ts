/** What Istio's sample shows: samples/bookinfo/src of Istio's sources (productpage.html, productpage.py, details.rb, LibertyRestEndpoint.java). */
export const bookinfo = {
  address: 'http://bookinfo.example.com/productpage',
  title: 'The Comedy of Errors',
  summary:
    'Wikipedia Summary: The Comedy of Errors is one of William Shakespeare’s early plays. It is his shortest and one of his most farcical comedies, with a major part of the humour coming from slapstick and mistaken identity, in addition to puns and word play.',
  details: {
    title: 'Book Details',
    rows: [
      ['Type', 'paperback'],
      ['Pages', '200'],
      ['Publisher', 'PublisherA'],
      ['Language', 'English'],
      ['ISBN-10', '1234567890'],
      ['ISBN-13', '123-1234567890'],
    ],
    error: 'Error fetching product details!',
    sorry: 'Sorry, product details are currently unavailable for this book.',
  },
  reviews: {
    title: 'Book Reviews',
    all: [
      {
        text: 'An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!',
        by: 'Reviewer1',
        stars: 5,
      },
      {
        text: 'Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.',
        by: 'Reviewer2',
        stars: 4,
      },
    ],
    error: 'Error fetching product reviews!',
    sorry: 'Sorry, product reviews are currently unavailable for this book.',
    noRatings: 'Ratings service is currently unavailable',
  },
} as const;
